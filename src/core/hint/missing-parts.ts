import { dimensionOf, type Metric } from '../metric/metric.ts';
import { GRAINS, parseTimestamp } from '../time/time.ts';
import { nearest } from '../value/nearest.ts';

/** How likely a part of a path is a parameter's value; `nearly` is a misspelt value. */
const SURE = { no: -2, unlikely: 0, perhaps: 1, nearly: 2, yes: 3 } as const;
/** Makes a later parameter less likely: if there is only one date, it is the start. */
const LATER = 0.01;

/** The best way to read some parts as some parameters. */
interface Reading {
  readonly score: number;
  /** The parameters for which the path has no part. */
  readonly missing: readonly string[];
  /** How many readings have the same score. */
  readonly ways: number;
}

const NEVER: Reading = { score: -Infinity, missing: [], ways: 0 };

/**
 * The parameters that a path lacks. The values that its parts can have decide this.
 * @param names the parameters of the metric's path, in order, without braces
 * @param parts the parts that were sent, fewer than the parameters
 * @returns undefined if it is ambiguous
 */
export function missingParts(
  metric: Metric,
  names: readonly string[],
  parts: readonly string[],
): readonly string[] | undefined {
  // Dynamic programming from the end: the best reading of parts `p`… as names `n`….
  let next: Reading[] = parts.map(() => NEVER);
  next.push({ score: 0, missing: [], ways: 1 });
  for (const [n, name] of [...names.entries()].reverse()) {
    const own: Reading[] = [];
    for (let p = 0; p <= parts.length; p++) {
      const after = next[p] ?? NEVER;
      const without = { ...after, missing: [name, ...after.missing] };
      const part = parts[p];
      own.push(
        part === undefined ? without : better(taken(next[p + 1] ?? NEVER, metric, name, n, part), without),
      );
    }
    next = own;
  }
  const [{ missing, ways } = NEVER] = next;
  // If all missing parameters are at the end, the caller just stopped there.
  const isEnd = missing.every((name, i) => name === names[names.length - missing.length + i]);
  return ways === 1 || isEnd ? missing : undefined;
}

function taken(rest: Reading, metric: Metric, name: string, place: number, part: string): Reading {
  return { ...rest, score: rest.score + standsFor(metric, name, place, part) };
}

/** The reading with the higher score; the first if both are equal. */
function better(a: Reading, b: Reading): Reading {
  if (a.score === b.score) return { ...a, ways: a.ways + b.ways };
  return a.score > b.score ? a : b;
}

function standsFor(metric: Metric, name: string, place: number, part: string): number {
  const dimension = dimensionOf(metric, name);
  if (!dimension) return periodPart(name, part) - place * LATER;
  const texts = part.split(/\||%7c/i).map((text) => dimension.normalise(text));
  const { values } = dimension;
  if (values) {
    if (texts.every((text) => values.includes(text))) return SURE.yes;
    return texts.some((text) => nearest(text, values) !== undefined) ? SURE.nearly : SURE.no;
  }
  if (texts.some((text) => dimension.refuse(text) !== undefined)) return SURE.no;
  return isGrain(part) || isDate(part) ? SURE.unlikely : SURE.perhaps;
}

/** The score of a part as a parameter of the range or period. */
function periodPart(name: string, part: string): number {
  switch (name) {
    case 'granularity':
      return isGrain(part) ? SURE.yes : nearest(part, GRAINS) === undefined ? SURE.no : SURE.nearly;
    case 'year':
      return /^\d{4}$/.test(part) ? SURE.yes : SURE.no;
    case 'month':
    case 'day':
      return /^\d\d?$/.test(part) || part === `all-${name}s` ? SURE.yes : SURE.no;
    default:
      return isDate(part) ? SURE.yes : SURE.no;
  }
}

function isGrain(part: string): boolean {
  return GRAINS.some((grain) => grain === part.toLowerCase());
}

/** Whether a part looks like a date in some spelling. */
function isDate(part: string): boolean {
  return (
    part === 'latest' ||
    /^-\d+[hdwmy]$/.test(part) ||
    /^\d{4}([-\d]*)$/.test(part) ||
    parseTimestamp(part) !== undefined
  );
}
