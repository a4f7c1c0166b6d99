/** How numbers become places: from `from` at 0 to `to` at 1. */
export interface Scale {
  readonly ticks: readonly number[];
  /** 0 to 1; undefined for what the scale hasn't (zero, on a logarithmic one). */
  readonly place: (value: number) => number | undefined;
}

/**
 * A scale whose ticks are 1, 2 or 5 times a power of ten, whole ones for whole numbers, and which
 * ends on ticks.
 * @param zero whether zero belongs to it, as it does for counts
 */
export function linearScale(values: readonly number[], zero: boolean, most = 5): Scale {
  const lowest = Math.min(...(zero ? [0] : []), ...bounds(values));
  const highest = Math.max(...(zero ? [0] : []), ...bounds(values));
  const size = Math.max(Math.abs(lowest), Math.abs(highest));
  // What is closer together than this can't be told apart by arithmetic either.
  const range = Math.max(highest - lowest || size || 1, size * 1e-9, 1e-9);
  const whole = values.every((value) => Number.isInteger(value));
  const step = Math.max(stepFor(range / most), whole ? 1 : 0);
  const from = Math.floor(lowest / step + 1e-9);
  const to = Math.max(Math.ceil(highest / step - 1e-9), from + 1);
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => tidy((from + i) * step));
  const span = (to - from) * step;
  return { ticks, place: (value) => (value - from * step) / span };
}

/** A scale of powers of ten; where it has few, also of 2 and 5 times them. */
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

/** The lowest and the highest of some numbers; none of none. Lists may be longer than calls take arguments. */
function bounds(values: readonly number[]): number[] {
  if (values.length === 0) return [];
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

/** The least of 1, 2 or 5 times a power of ten that is no less than `least`. */
function stepFor(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Without the dust that arithmetic leaves behind the last digit. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

const UNITS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const;

/** A number as short as an axis wants it: `950`, `1.2K`, `35M`, `−2.5B`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  const [unit, name] = UNITS.find(([least]) => size >= least) ?? [1, ''];
  const digits = Number((size / unit).toPrecision(3));
  return `${value < 0 ? '−' : ''}${digits}${name}`;
}
