import { settleLanguage } from './locale.ts';

/** Pictures that a script may make interactive. */
const FIGURES = 'figure.chart[data-lines]';
/** How far below what is seen a picture may be when its numbers are fetched. */
const AHEAD = '200px';

/**
 * Makes pictures interactive when they come near to being seen, also those that a page gets later.
 * Pages without one don't load what draws them.
 */
export function watchFigures(): void {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        void enliven(target as HTMLElement);
      }
    },
    { rootMargin: AHEAD },
  );
  const watch = (root: ParentNode): void => {
    for (const figure of root.querySelectorAll(FIGURES)) near.observe(figure);
  };
  watch(document);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes]))
      if (node instanceof HTMLElement && node.parentElement && !node.closest('.live'))
        watch(node.parentElement);
  }).observe(document.body, { childList: true, subtree: true });
}

/** The picture stays what it was when anything fails: it has all that there is to see. */
async function enliven(figure: HTMLElement): Promise<void> {
  try {
    settleLanguage();
    const { drawFigure } = await import('./chart.ts');
    await drawFigure(figure);
  } catch {
    figure.querySelector('.live')?.remove();
  }
}
