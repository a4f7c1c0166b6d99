import { SHOWN_EVENT } from './explorer.ts';

/** Lets the counters of the page tick. Pages without counters don't load the code for it. */
export function watchCounters(): void {
  let isLoaded = false;
  const look = async (): Promise<void> => {
    if (!isLoaded && !document.querySelector('[data-follow]')) return;
    isLoaded = true;
    const { follow } = await import('./follow.ts');
    follow();
  };
  if (document.querySelector('[data-poll]')) void import('./poll.ts').then(({ poll }) => poll());
  document.addEventListener(SHOWN_EVENT, () => void look());
  void look();
}
