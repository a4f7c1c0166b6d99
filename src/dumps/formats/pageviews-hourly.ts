import { sql } from '../../core/sql.ts';
import { pageviewsAggregate } from '../../metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from '../../metrics/pageviews-per-article.ts';
import { pageviewsTop } from '../../metrics/pageviews-top.ts';
import type { DumpFormat } from '../format.ts';
import { HOURS, hourNamed, hourStamp, projectFeeds } from '../hours.ts';
import { countFault, titleFaults, unquoted } from '../titles.ts';
import { periodsOf } from '../units.ts';
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

/** People only. The mobile site's views are those of web and app together, so they count in the total alone. */
const KINDS: Kinds = { access: ['desktop'], agents: ['user'], allAgents: false };

const PROJECTS_OF_MONTHS = { metric: pageviewsAggregate, from: pageviewsAggregate, rows: PROJECTS_OF_DAYS };

const COMMON = {
  separator: ' ',
  fields: 4,
  hasQuotes: true,
  wikiOf: wikiOfCode,
  table: DUMPED_VIEWS,
  columns: (named) => sql`project, access, 'user' AS agent, ${unquoted(sql`f2`)} AS article, '' AS hours,
    ${hourStamp(named)} AS "timestamp", CAST(f3 AS BIGINT) AS views`,
  slots: () => HOURS,
  faults: [
    {
      reason: 'the line has not 4 fields',
      when: sql`f4 IS NULL OR f5 IS NOT NULL`,
      example: 'en Main_Page 8',
    },
    ...titleFaults(sql`f2`, (title) => `en ${title} 8 0`),
    countFault(sql`f3`, 'en Main_Page many 0'),
  ],
} satisfies Partial<DumpFormat>;

/*
 *   en Main_Page 8 0
 */
export const pageviewsHourly: DumpFormat = {
  ...COMMON,
  name: 'pageviews-hourly',
  folder: 'pageviews-hourly',
  example: 'pageviews-20210101-010000.gz',
  nameOf: hourNamed('pageviews'),
  feeds: [
    ...projectFeeds(pageviewsAggregate, viewsOfProjects(KINDS)),
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
    PROJECTS_OF_MONTHS,
    { metric: pageviewsTop, from: pageviewsPerArticle, rows: MOST_VIEWED_OF_DAYS },
  ],
};

/*
 * The same hours by project. A code may stand twice, for two spellings of a host:
 *   aa - 3 0
 *   aa - 15 0
 */
export const projectviews: DumpFormat = {
  ...COMMON,
  name: 'projectviews',
  folder: 'projectviews',
  example: 'projectviews-20210101-010000',
  nameOf: hourNamed('projectviews'),
  feeds: projectFeeds(pageviewsAggregate, viewsOfProjects(KINDS)),
  rollUps: [PROJECTS_OF_MONTHS],
};
