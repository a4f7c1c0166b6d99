import { dimensionOf, type Metric } from '../metric/metric.ts';
import { GRAINS, parseTimestamp } from '../time/time.ts';
import { nearest } from '../value/nearest.ts';

/** How sure it is that a part of a path stands for a parameter: it can't, may, nearly does, or does. */
const SURE = { no: -2, unlikely: 0, perhaps: 1, nearly: 2, yes: 3 } as const;
/** Of two dates, or two numbers of a period, one that is alone is the earlier. */
const LATER = 0.01;

/** The best way to read some parts as some parameters. */
interface Reading {
  readonly score: number;
  /** The parameters that no part stands for. */
  readonly missing: readonly string[];
  /** How many ways are as good. */
  readonly ways: number;
}

const NEVER: Reading = { score: -Infinity, missing: [], ways: 0 };

/**
 * Which parameters of a metric's path a path lacks, by what its parts can stand for.
 * @param names the parameters that are to be found, in order, without braces
 * @param parts fewer than those, as they are sent
 * @returns undefined where it can't be known
 */
export function missingParts(
  metric: Metric,
  names: readonly string[],
  parts: readonly string[],
): readonly string[] | undefined {
  // From the end on: the best reading of the parts from `p` on as the names from `n` on.
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
  // A path that was left off is read as far as it goes.
  const isEnd = missing.every((name, i) => name === names[names.length - missing.length + i]);
  return ways === 1 || isEnd ? missing : undefined;
}

function taken(rest: Reading, metric: Metric, name: string, place: number, part: string): Reading {
  return { ...rest, score: rest.score + standsFor(metric, name, place, part) };
}

/** Of two that are as good the first. */
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

/** A part of the range or period. */
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

/** Whether a part was meant as a date, whatever spelling of one. */
function isDate(part: string): boolean {
  return (
    part === 'latest' ||
    /^-\d+[hdwmy]$/.test(part) ||
    /^\d{4}([-\d]*)$/.test(part) ||
    parseTimestamp(part) !== undefined
  );
}
