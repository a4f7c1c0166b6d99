import { sql, type Sql, sqlText } from '../../core/sql.ts';
import { HOUR_MS, parseTimestamp } from '../../core/time/time.ts';
import { pageviewsAggregate } from '../../metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from '../../metrics/pageviews-per-article.ts';
import { pageviewsTop } from '../../metrics/pageviews-top.ts';
import type { DumpFormat, Named, Told } from '../format.ts';
import { countFault, titleFaults, unquoted } from '../titles.ts';
import { hourAt, hoursAt, periodsOf, stampOf } from '../units.ts';
import {
  DUMPED_VIEWS,
  type Kinds,
  MOST_VIEWED_OF_DAYS,
  mostViewed,
  PROJECTS_OF_DAYS,
  viewsOfArticles,
  viewsOfProjects,
} from '../views.ts';
import { wikiOfCode } from '../wiki-codes.ts';

/** The places of a day's hours, by their starts. */
export const HOURS: readonly string[] = Array.from({ length: 24 }, (_, hour) =>
  String(hour).padStart(2, '0'),
);

/**
 * Reads the name of an hour's file, which names the END of the hour. Some files have other minutes and seconds than
 * 0000, and stand beside one that has them: both are the same hour.
 */
export function hourNamed(pattern: RegExp): (file: string, told: Told) => Named | undefined {
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

/** People only. The mobile site's views are those of web and app together, so they count in the total alone. */
const KINDS: Kinds = { access: ['desktop'], agents: ['user'], allAgents: false };

export const pageviewsHourly: DumpFormat = {
  name: 'pageviews-hourly',
  folder: 'pageviews-hourly',
  doc: "people's views of each page, a file an hour",
  example: 'pageviews-20210101-010000.gz',
  nameOf: hourNamed(/^pageviews-(\d{8})-(\d\d)\d{4}(?:\.|$)/),
  separator: ' ',
  fields: 4,
  hasQuotes: true,
  wikiOf: wikiOfCode,
  faults: [
    {
      reason: 'the line has not 4 fields',
      when: sql`f4 IS NULL OR f5 IS NOT NULL`,
      example: 'en Main_Page 8',
    },
    ...titleFaults(sql`f2`, (title) => `en ${title} 8 0`),
    countFault(sql`f3`, 'en Main_Page many 0'),
  ],
  table: DUMPED_VIEWS,
  columns: (named) => sql`project, access, 'user' AS agent, ${unquoted(sql`f2`)} AS article, '' AS hours,
    ${hourStamp(named)} AS "timestamp", CAST(f3 AS BIGINT) AS views`,
  slots: () => HOURS,
  feeds: [
    {
      metric: pageviewsAggregate,
      span: hoursAt,
      needs: 'each',
      rows: () => viewsOfProjects(KINDS),
      isEverything: false,
      totals: ['all-projects'],
    },
    {
      metric: pageviewsAggregate,
      span: (unit) => [periodsOf(unit, 'daily')],
      needs: () => HOURS,
      rows: () => viewsOfProjects(KINDS),
      isEverything: false,
      totals: ['all-projects'],
    },
    {
      metric: pageviewsPerArticle,
      span: (unit) => [periodsOf(unit, 'daily')],
      needs: () => HOURS,
      rows: () => viewsOfArticles(KINDS),
      isEverything: false,
    },
    {
      metric: pageviewsTop,
      span: (unit) => [periodsOf(unit, 'daily')],
      needs: () => HOURS,
      rows: () => mostViewed(KINDS.access),
      isEverything: false,
    },
  ],
  rollUps: [
    { metric: pageviewsAggregate, from: pageviewsAggregate, rows: PROJECTS_OF_DAYS },
    { metric: pageviewsTop, from: pageviewsPerArticle, rows: MOST_VIEWED_OF_DAYS },
  ],
};
