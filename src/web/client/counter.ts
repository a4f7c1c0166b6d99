import type { Grain, Ordinal } from '../../core/time/time.ts';
import { liveCount } from '../../formats/chart/live-count.ts';
import { liveInWords, soFar, type LiveState } from '../../formats/chart/live-words.ts';
import { sparkPath } from '../../formats/chart/sparkline.ts';
import { numberInWords } from '../../formats/chart/words.ts';

/** What a counter shows. */
export interface Shown {
  readonly state: LiveState;
  readonly grain: Grain;
  readonly rows: ReadonlyMap<Ordinal, number>;
  readonly asOfMs: number | undefined;
}

/** Shows numbers in a counter. Screen readers hear of its state only when that changes. */
export function showCount(counter: HTMLElement, { state, grain, rows, asOfMs }: Shown): void {
  const said = liveInWords(state, asOfMs);
  say(counter.querySelector('[data-said]'), said);
  if (counter.dataset['state'] !== state) {
    const isNew = counter.dataset['state'] === undefined;
    counter.dataset['state'] = state;
    // That it works needs no word at first.
    if (!isNew || state !== 'live') say(counter.querySelector('[role=status]'), said);
  }
  const number = counter.querySelector('[data-number]');
  const count = number && liveCount(grain, rows, asOfMs);
  if (!count) return;
  const before = number.textContent;
  say(number, numberInWords(count.value));
  say(counter.querySelector('[data-since]'), soFar(grain, count.ordinal));
  counter.querySelector('.spark path')?.setAttribute('d', sparkPath(count.values));
  if (before !== '' && before !== number.textContent) tick(number);
}

function say(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

/** Lights up a number that has changed, unless the reader wants no motion. */
function tick(number: Element): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  for (const animation of number.getAnimations()) animation.cancel();
  number.animate([{ opacity: 0.45 }, { opacity: 1 }], { duration: 400, easing: 'ease-out' });
}
