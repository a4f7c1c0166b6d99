import { ordinalAt, type Grain, type Ordinal } from '../../core/time/time.ts';

/** What a live counter shows of a series of counts. */
export interface LiveCount {
  /** The period under way, or the newest one that is known. */
  readonly ordinal: Ordinal;
  readonly value: number;
  /** All periods up to that one. */
  readonly values: readonly number[];
}

/** The most periods that a counter draws. */
const MOST = 400;

/**
 * Returns what a counter shows; undefined if nothing is known yet.
 * @param rows the numbers that are known. A period without a row counts as zero
 * @param asOfMs when the newest number was right, in ms since 1970; undefined if no period is under way
 */
export function liveCount(
  grain: Grain,
  rows: ReadonlyMap<Ordinal, number>,
  asOfMs: number | undefined,
): LiveCount | undefined {
  if (rows.size === 0 && asOfMs === undefined) return undefined;
  const ordinal = asOfMs === undefined ? Math.max(...rows.keys()) : ordinalAt(grain, asOfMs);
  const first = Math.max(Math.min(ordinal, ...rows.keys()), ordinal - MOST + 1);
  const values = Array.from({ length: ordinal - first + 1 }, (_, i) => rows.get(first + i) ?? 0);
  return { ordinal, value: values.at(-1) as number, values };
}
