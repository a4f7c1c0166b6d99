import { liveInWords } from '../../formats/chart/live-words.ts';
import { renewParts } from './renew.ts';

/** How often the parts are asked for, in ms. */
const POLL_MS = 2_000;
/** So many failures in a row are worth a word. */
const FAILURES = 2;

/** Keeps a page of this minute up to date, as long as somebody sees it. */
export function poll(): void {
  let failures = 0;
  const again = async (): Promise<void> => {
    if (!document.hidden) failures = (await renewParts()) ? 0 : failures + 1;
    const counter = document.querySelector<HTMLElement>('[data-as-of]');
    const said = counter?.querySelector('[data-said]');
    if (counter && said && failures >= FAILURES) {
      counter.dataset['state'] = 'cut';
      said.textContent = liveInWords('cut', Number(counter.dataset['asOf']));
    } else if (counter && said && counter.dataset['state'] === 'live')
      said.textContent = liveInWords('live', Number(counter.dataset['asOf']));
    setTimeout(() => void again(), POLL_MS);
  };
  void again();
}
