import type { Metric } from '../core/metric/metric.ts';
import { type Sql, sqlText } from '../core/sql.ts';
import { HOUR_MS, parseTimestamp } from '../core/time/time.ts';
import type { Feed, Named, Told } from './format.ts';
import { hourAt, hoursAt, periodsOf, stampOf } from './units.ts';

/** The places of a day's hours, by their starts. */
export const HOURS: readonly string[] = Array.from({ length: 24 }, (_, hour) =>
  String(hour).padStart(2, '0'),
);

/**
 * Reads the name of an hour's file, which names the END of the hour. Some files have other minutes and seconds than
 * 0000, and stand beside one that has them: both are the same hour.
 */
export function hourNamed(beginning: string): (file: string, told: Told) => Named | undefined {
  const pattern = new RegExp(`^${beginning}-(\\d{8})-(\\d\\d)\\d{4}(?:\\.|$)`);
  return (file, { period }) => {
    if (period !== undefined) {
      const start = /T\d\d/.test(period) ? parseTimestamp(period) : undefined;
      return start === undefined ? undefined : hourAt(start);
    }
    const [, day = '', hour = ''] = pattern.exec(file) ?? [];
    const end = parseTimestamp(day);
    return end === undefined || Number(hour) > 23 ? undefined : hourAt(end + (Number(hour) - 1) * HOUR_MS);
  };
}

/** The start of a file's hour as YYYYMMDDHH. */
export function hourStamp({ unit, slot }: Named): Sql {
  return sqlText(`${stampOf(unit).slice(0, 8)}${slot}`);
}

/** The hours of projects, each made by itself, and their days. None is everything: such files have no crawlers, or no sites. */
export function projectFeeds(metric: Metric, rows: Sql): Feed[] {
  const common = { metric, rows: () => rows, isEverything: false, totals: ['all-projects'] };
  return [
    { ...common, span: hoursAt, needs: 'each' },
    { ...common, span: (unit) => [periodsOf(unit, 'daily')], needs: () => HOURS },
  ];
}
