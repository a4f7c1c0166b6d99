import {
  formatTimestamp,
  type Grain,
  HOUR_MS,
  type Ordinal,
  ordinalAt,
  parseTimestamp,
  refine,
  type Span,
  startOf,
} from '../core/time/time.ts';
import type { Unit } from './format.ts';

/** Returns a unit as text: `2021-01-05`, `2021-01`. */
export function unitText({ grain, ordinal }: Unit): string {
  return new Date(startOf(grain, ordinal)).toISOString().slice(0, grain === 'monthly' ? 7 : 10);
}

/** Reads digits of a file's name: `20210105` or `202101`. @returns undefined if there is no such date */
export function unitNamed(digits: string): Unit | undefined {
  const grain = digits.length === 6 ? 'monthly' : 'daily';
  const ms = parseTimestamp(grain === 'monthly' ? `${digits}01` : digits);
  return ms === undefined ? undefined : { grain, ordinal: ordinalAt(grain, ms) };
}

/** Reads `2021-01-05` or `2021-01`. */
export function unitTold(text: string): Unit | undefined {
  return /^\d{4}-\d\d(-\d\d)?$/.test(text) ? unitNamed(text.replaceAll('-', '')) : undefined;
}

/** Returns the day and the place of an hour. @param ms its start */
export function hourAt(ms: number): { unit: Unit; slot: string } {
  const ordinal = ordinalAt('daily', ms);
  const hour = (ms - startOf('daily', ordinal)) / HOUR_MS;
  return { unit: { grain: 'daily', ordinal }, slot: String(hour).padStart(2, '0') };
}

/** The start of a unit as YYYYMMDDHH. */
export function stampOf({ grain, ordinal }: Unit): string {
  return formatTimestamp('YYYYMMDDHH', grain, ordinal);
}

/** Returns the periods of a grain that a unit has. */
export function periodsOf({ grain, ordinal }: Unit, finer: Grain): Span {
  return refine({ grain, first: ordinal, last: ordinal }, finer);
}

/** Returns the hours of a day at some places. */
export function hoursAt({ ordinal }: Unit, slots: readonly string[]): Span[] {
  return slots.map((slot) => {
    const hour: Ordinal = ordinal * 24 + Number(slot);
    return { grain: 'hourly', first: hour, last: hour };
  });
}

/** Returns the days of a month. */
export function daysInMonth(month: Ordinal): Unit[] {
  const { first, last } = periodsOf({ grain: 'monthly', ordinal: month }, 'daily');
  return Array.from({ length: last - first + 1 }, (_, index) => ({ grain: 'daily', ordinal: first + index }));
}
