/** A number that a metric gives for each of its rows. */
export interface Measure {
  readonly doc: string;
  /** `count`: a whole number, 0 to 2^53-1. `difference`: one that may be negative. `decimal`: any finite double. */
  readonly kind: 'count' | 'difference' | 'decimal';
  /** What is counted, for axes and column headers: `views`. */
  readonly unit: string;
  /** Rows may lack it, beside other measures that they have: NaN here, NULL in tables, null in answers. */
  readonly gaps?: true;
  /** Whether sums over time and over the values of a dimension mean something. Devices don't add up. */
  readonly additive: boolean;
  /** The measure is published rounded up to a multiple of this. */
  readonly roundUpTo?: number;
  /** Rows with less than this, before it is rounded up, are not published. */
  readonly least?: number;
  /** The field under which files may bring the count before it was rounded. */
  readonly raw?: string;
  /** The field that shows the measure as a bucket, `1000-9999`, beside it (AQS: top-by-country). */
  readonly bucket?: string;
}

/** A whole number, exact to 2^53-1. */
export function count(
  unit: string,
  doc: string,
  options: Partial<Pick<Measure, 'additive' | 'roundUpTo' | 'least' | 'raw' | 'bucket'>> = {},
): Measure {
  return { doc, kind: 'count', unit, additive: true, ...options };
}

/** A whole number that may be negative, exact from -(2^53-1) to 2^53-1. */
export function difference(unit: string, doc: string): Measure {
  return { doc, kind: 'difference', unit, additive: true };
}

/** A whole number of things of which one may be counted in several periods or values: it doesn't add up. */
export function distinct(unit: string, doc: string): Measure {
  return count(unit, doc, { additive: false });
}

/** Whether there are sums: of the measures that add up, where each other one may be null beside them. */
export function hasSums({ measures }: Measured): boolean {
  const all = Object.values(measures);
  return all.some(({ additive }) => additive) && all.every(({ additive, gaps }) => additive || gaps === true);
}

/** Why some measures have no sums, naming them; undefined where all have. */
export function whyNoSums({ measures }: Measured): string | undefined {
  const fixed = Object.keys(measures).filter((name) => measures[name]?.additive === false);
  return fixed.length === 0
    ? undefined
    : `${fixed.join(', ')} can't be added up, because the same thing would count twice`;
}

interface Measured {
  readonly measures: Readonly<Record<string, Measure>>;
}
