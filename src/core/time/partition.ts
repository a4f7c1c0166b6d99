import { ordinalAt, startOf, type Grain, type Ordinal, type Span } from './time.ts';

/**
 * The time that a partition covers: a month of hours or days, a year of months. Rows of that time
 * usually change together, and their files aren't too small.
 */
export function partitionUnit(grain: Grain): Grain {
  return grain === 'monthly' ? 'yearly' : 'monthly';
}

/** The name of the partition that holds a period: `daily/2024-03`, `monthly/2024`. */
export function partitionName(grain: Grain, ordinal: Ordinal): string {
  const iso = new Date(startOf(grain, ordinal)).toISOString();
  return `${grain}/${iso.slice(0, partitionUnit(grain) === 'yearly' ? 4 : 7)}`;
}

/** The periods of the partition with a name. */
export function partitionSpan(name: string): Span {
  const [grain, period] = name.split('/') as [Grain, string];
  const unit = partitionUnit(grain);
  const start = Date.parse(`${period}${unit === 'yearly' ? '-01' : ''}-01T00:00:00Z`);
  const next = startOf(unit, ordinalAt(unit, start) + 1);
  return { grain, first: ordinalAt(grain, start), last: ordinalAt(grain, next) - 1 };
}
