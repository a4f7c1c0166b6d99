import { ordinalAt, parseTimestamp, startOf, type Grain } from './time.ts';

/** The period that a date names. */
export interface DatedPeriod {
  readonly unit: Grain;
  /** In ms since 1970; `until` is excluded. */
  readonly from: number;
  readonly until: number;
}

/** Reads `2024`, `2024-03`, `2024-03-01` or `2024-03-01T05`, also without hyphens; undefined if it is no date. */
export function periodOfDate(text: string): DatedPeriod | undefined {
  const coarse = /^\d{4}$/.test(text) ? 'yearly' : /^\d{4}-\d\d$/.test(text) ? 'monthly' : undefined;
  const ms = parseTimestamp(coarse === 'yearly' ? `${text}0101` : coarse ? `${text}-01` : text);
  if (ms === undefined) return undefined;
  const unit = coarse ?? (text.includes('T') || /^\d{10}$/.test(text) ? 'hourly' : 'daily');
  const ordinal = ordinalAt(unit, ms);
  return { unit, from: startOf(unit, ordinal), until: startOf(unit, ordinal + 1) };
}
