/** A number that a metric gives for each of its rows. */
export interface Measure {
  readonly doc: string;
  /** `count`: a whole number from 0 to 2^53-1. `difference`: also a negative one. `decimal`: any finite double. */
  readonly kind: 'count' | 'difference' | 'decimal';
  /** The unit, for axes and column headers: `views`. */
  readonly unit: string;
  /** Whether a row may lack the measure: NaN in memory, NULL in tables, null in answers. */
  readonly gaps?: true;
  /** Whether it can be summed over time and over the values of a dimension. Distinct devices can't. */
  readonly additive: boolean;
  /** It is published rounded up to a multiple of this. */
  readonly roundUpTo?: number;
  /** A row with less than this, before rounding, is not published. */
  readonly least?: number;
  /** The field of input files that has the count before rounding. */
  readonly raw?: string;
  /** The field that shows the measure as a range such as `1000-9999` (AQS: top-by-country). */
  readonly bucket?: string;
}

/** A whole number, exact to 2^53-1. */
export function count(
  unit: string,
  doc: string,
  options: Partial<Pick<Measure, 'additive' | 'gaps' | 'roundUpTo' | 'least' | 'raw' | 'bucket'>> = {},
): Measure {
  return { doc, kind: 'count', unit, additive: true, ...options };
}

/** A whole number that may be negative, exact from -(2^53-1) to 2^53-1. */
export function difference(unit: string, doc: string): Measure {
  return { doc, kind: 'difference', unit, additive: true };
}

/** A count of distinct things. It can't be added up: one thing may be counted in several periods or values. */
export function distinct(unit: string, doc: string): Measure {
  return count(unit, doc, { additive: false });
}

/**
 * Whether a metric can be summed: at least one measure is additive, and each of the others may be null in a
 * sum.
 */
export function hasSums({ measures }: Measured): boolean {
  const all = Object.values(measures);
  return all.some(({ additive }) => additive) && all.every(({ additive, gaps }) => additive || gaps === true);
}

/** Says which measures can't be added up, and why; undefined if all can. */
export function whyNoSums({ measures }: Measured): string | undefined {
  const nonAdditive = Object.keys(measures).filter((name) => measures[name]?.additive === false);
  return nonAdditive.length === 0
    ? undefined
    : `${nonAdditive.join(', ')} can't be added up, because the same thing would count twice`;
}

interface Measured {
  readonly measures: Readonly<Record<string, Measure>>;
}
