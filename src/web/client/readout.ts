import { numberInWords, periodInWords } from '../../formats/chart/words.ts';
import { ordinalAt, type Grain } from '../../core/time/time.ts';
import type { ChartData, LineSource } from './chart-data.ts';

/** The texts around an interactive chart: its title, and below it each line's name with its number. */
export interface Readout {
  readonly element: HTMLElement;
  /** The element for the chart. */
  readonly plot: HTMLElement;
  /** Shows the numbers of a period; with undefined, the numbers of the last period. */
  show(index: number | undefined): void;
  /** Announces the numbers of a period to screen readers. */
  say(index: number): void;
  /** Takes other numbers of the same lines, and shows those of a period; with undefined, of the last period. */
  renew(data: ChartData, index: number | undefined): void;
}

export interface ReadoutOptions {
  readonly title: string;
  readonly grain: Grain;
  /** The unit of the numbers. */
  readonly unit: string;
  readonly lines: readonly LineSource[];
  readonly data: ChartData;
  readonly colours: readonly string[];
}

export function readoutOf(options: ReadoutOptions): Readout {
  const { title, grain, unit, lines, colours } = options;
  let { data } = options;
  const element = made('div', 'live');
  const heading = made('p', 'live-title', title);
  const when = made('p', 'live-when');
  const plot = made('div', 'live-plot');
  plot.tabIndex = 0;
  plot.setAttribute('role', 'application');
  plot.setAttribute('aria-label', `${title}. Arrow keys read the numbers, one period after the other.`);
  const list = made('ul', 'live-lines');
  list.tabIndex = 0;
  const numbers = lines.map(({ label }, i) => {
    const item = made('li');
    const swatch = made('span', 'swatch');
    swatch.style.background = colours[i] ?? '';
    const number = made('b');
    item.append(swatch, ...(lines.length > 1 ? [`${label} `, number] : [number, ` ${unit}`]));
    list.append(item);
    return number;
  });
  const spoken = made('p', 'visually-hidden');
  spoken.setAttribute('aria-live', 'polite');
  element.append(heading, when, plot, list, spoken);

  const last = (): number => data.times.length - 1;
  const periodOf = (index: number): string =>
    periodInWords(grain, ordinalAt(grain, (data.times[index] as number) * 1000));
  const numberOf = (line: number, index: number): string => {
    const value = data.values[line]?.[index] ?? null;
    return value === null ? '–' : numberInWords(value);
  };
  const show = (index = last()): void => {
    const isPartial = index === last() && lines.some(({ partial }) => partial);
    when.textContent = periodOf(index) + (isPartial ? ' (may be incomplete)' : '');
    numbers.forEach((number, i) => (number.textContent = numberOf(i, index)));
  };
  show();
  return {
    element,
    plot,
    show,
    say: (index) => {
      const all = lines.map(({ label }, i) => `${lines.length > 1 ? `${label} ` : ''}${numberOf(i, index)}`);
      spoken.textContent = `${periodOf(index)}: ${all.join(', ')}`;
    },
    renew: (renewed, index) => {
      data = renewed;
      show(index);
    },
  };
}

function made<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
  text = '',
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  if (text !== '') element.textContent = text;
  return element;
}
