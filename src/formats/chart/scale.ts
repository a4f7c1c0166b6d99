/** Maps numbers to an axis from 0 to 1. */
export interface Scale {
  readonly ticks: readonly number[];
  /** The position of a number, 0 to 1; undefined if it has none (zero, on a logarithmic scale). */
  readonly place: (value: number) => number | undefined;
}

/**
 * A scale that begins and ends at a tick. Ticks are at multiples of 1, 2 or 5 times a power of ten; whole
 * numbers have whole ticks.
 * @param zero whether it contains zero, as it should for counts
 */
export function linearScale(values: readonly number[], zero: boolean, most = 5): Scale {
  const lowest = Math.min(...(zero ? [0] : []), ...bounds(values));
  const highest = Math.max(...(zero ? [0] : []), ...bounds(values));
  const size = Math.max(Math.abs(lowest), Math.abs(highest));
  // Below this range, doubles can't represent the ticks.
  const range = Math.max(highest - lowest || size || 1, size * 1e-9, 1e-9);
  const whole = values.every((value) => Number.isInteger(value));
  const step = Math.max(stepFor(range / most), whole ? 1 : 0);
  const from = Math.floor(lowest / step + 1e-9);
  const to = Math.max(Math.ceil(highest / step - 1e-9), from + 1);
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => tidy((from + i) * step));
  const span = (to - from) * step;
  return { ticks, place: (value) => (value - from * step) / span };
}

/** A logarithmic scale with ticks at powers of ten; if there are few, also at 2 and 5 times those. */
export function logScale(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0);
  const [lowest = 1, highest = 10] = positive.length > 0 ? bounds(positive) : [];
  const from = Math.floor(Math.log10(lowest) + 1e-9);
  const to = Math.max(Math.ceil(Math.log10(highest) - 1e-9), from + 1);
  const every = Math.ceil((to - from) / 6);
  const ticks: number[] = [];
  for (let power = from; power <= to; power++) {
    if ((power - from) % every === 0) ticks.push(tidy(10 ** power));
    if (to - from <= 2 && power < to) ticks.push(tidy(2 * 10 ** power), tidy(5 * 10 ** power));
  }
  return {
    ticks,
    place: (value) => (value > 0 ? (Math.log10(value) - from) / (to - from) : undefined),
  };
}

/** The lowest and the highest number; empty for no numbers. (`Math.min(...values)` fails for long lists.) */
function bounds(values: readonly number[]): number[] {
  if (values.length === 0) return [];
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

/** The smallest number of at least `least` that is 1, 2 or 5 times a power of ten. */
function stepFor(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Rounds errors of arithmetic away. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

const UNITS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const;

/** A short number for an axis: `950`, `1.2K`, `35M`, `−2.5B`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  const [unit, name] = UNITS.find(([least]) => size >= least) ?? [1, ''];
  const digits = Number((size / unit).toPrecision(3));
  return `${value < 0 ? '−' : ''}${digits}${name}`;
}
