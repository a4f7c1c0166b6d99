import type { Grain } from '../core/time/time.ts';
import type { AnalysisDialect } from './analysis-dialect.ts';

/** How an engine writes what dates are counted with. A stamp is SQL for a text YYYYMMDDHH. */
export interface DateTerms {
  /** The day of a stamp, as a DATE. */
  readonly dayOf: (stamp: string) => string;
  /** The days from 1970-01-01 to a DATE. */
  readonly daysTo: (day: string) => string;
  /** The days of the year that begins at a DATE. */
  readonly daysOfYear: (day: string) => string;
  /** The type of whole numbers. */
  readonly integer: string;
  /** The operator of division without a rest. */
  readonly divide: string;
}

/** The parts of a dialect that are about dates and numbers, and differ only in these terms. */
export function datesIn({
  dayOf,
  daysTo,
  daysOfYear,
  integer,
  divide,
}: DateTerms): Pick<AnalysisDialect, 'number' | 'ordinal' | 'days'> {
  const number = (value: number): string => `CAST(${value.toExponential()} AS DOUBLE)`;
  const double = (sql: string): string => `CAST(${sql} AS DOUBLE)`;
  const digits = (stamp: string, from: number, length: number): string =>
    `CAST(substr(${stamp}, ${from}, ${length}) AS ${integer})`;
  const dayNumber = (stamp: string): string => daysTo(dayOf(stamp));
  const ordinals: Readonly<Record<Grain, (stamp: string) => string>> = {
    hourly: (stamp) => `(${dayNumber(stamp)} * 24 + ${digits(stamp, 9, 2)})`,
    daily: dayNumber,
    // The first Monday since 1970 is its fifth day.
    weekly: (stamp) => `((${dayNumber(stamp)} - 4) ${divide} 7)`,
    monthly: (stamp) => `(${digits(stamp, 1, 4)} * 12 + ${digits(stamp, 5, 2)})`,
    yearly: (stamp) => digits(stamp, 1, 4),
  };
  const lengths: Readonly<Record<Grain, (stamp: string) => string>> = {
    hourly: () => number(1 / 24),
    daily: () => number(1),
    weekly: () => number(7),
    monthly: (stamp) => double(`day(last_day(${dayOf(stamp)}))`),
    yearly: (stamp) => double(daysOfYear(dayOf(stamp))),
  };
  return {
    number,
    ordinal: (grain, stamp) => ordinals[grain](stamp),
    days: (grain, stamp) => lengths[grain](stamp),
  };
}
