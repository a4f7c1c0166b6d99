import { sql, type Sql, sqlText } from '../../core/sql.ts';
import { parseTimestamp, startOf } from '../../core/time/time.ts';
import { pageviewsAggregate } from '../../metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from '../../metrics/pageviews-per-article.ts';
import { pageviewsTop } from '../../metrics/pageviews-top.ts';
import type { DumpFormat, Fault, Feed, Named, Told, Unit } from '../format.ts';
import { countFault, decoded, titleFaults, unquoted } from '../titles.ts';
import { periodsOf, stampOf, unitNamed, unitTold } from '../units.ts';
import {
  DUMPED_VIEWS,
  type Kinds,
  MOST_VIEWED_OF_DAYS,
  mostViewed,
  PROJECTS_OF_DAYS,
  VIEWS_BY_HOUR,
  viewsOfArticles,
  viewsOfProjects,
} from '../views.ts';
import { wikiOfDomain } from '../wiki-codes.ts';

const ACCESS = ['desktop', 'mobile-web', 'mobile-app'];
const AGENTS = ['user', 'spider', 'automated'];
/** The month from which on each agent has files. */
const SINCE: Readonly<Record<string, string>> = { user: '', spider: '2015-05-01', automated: '2020-06-01' };
/** Until then, titles came from pagecounts, which are percent-encoded. */
const DECODED_SINCE = parseTimestamp('2015-05-01') as number;

/*
 * Fields are counted from the right: a line of a page without an id has five of them in older files.
 *   en.wikipedia Main_Page 15580374 desktop 168 A5B1C162
 */
const HAS_ID = sql`f6 IS NOT NULL`;
const ACCESS_FIELD = sql`(CASE WHEN ${HAS_ID} THEN f4 ELSE f3 END)`;
const TOTAL = sql`(CASE WHEN ${HAS_ID} THEN f5 ELSE f4 END)`;
const PARTS = sql`(CASE WHEN ${HAS_ID} THEN f6 ELSE f5 END)`;

function faultsOf(letters: Sql, example: string): Fault[] {
  const line = (tail: string): string => `en.wikipedia Main_Page 15580374 ${tail}`;
  return [
    {
      reason: 'the line has not 5 or 6 fields',
      when: sql`f5 IS NULL OR f7 IS NOT NULL`,
      example: line('desktop'),
    },
    ...titleFaults(sql`f2`, (title) => `en.wikipedia ${title} 15580374 desktop 1 A1`),
    {
      reason: 'the access is none of desktop, mobile-web, mobile-app',
      when: sql`${ACCESS_FIELD} NOT IN ('desktop', 'mobile-web', 'mobile-app')`,
      example: line('tablet 1 A1'),
    },
    countFault(TOTAL, line('desktop many A1')),
    {
      reason: `the counts of the ${example} aren't written as a letter and a number each`,
      when: sql`NOT regexp_full_match(${PARTS}, concat('(', ${letters}, '[0-9]{1,15})+'))`,
      example: line('desktop 1 a1'),
    },
    {
      reason: `the counts of the ${example} don't add up to the total`,
      // Most lines have one count. It is compared as text.
      when: sql`${PARTS}[2:] <> ${TOTAL} AND
        list_sum(list_transform(regexp_extract_all(${PARTS}, '[0-9]+'), lambda n: CAST(n AS BIGINT))) <> CAST(${TOTAL} AS BIGINT)`,
      example: line('desktop 3 A1B1'),
    },
  ];
}

function nameOf(pattern: RegExp): (file: string, told: Told) => Named | undefined {
  return (file, told) => {
    const [, digits = '', own] = pattern.exec(file) ?? [];
    const unit = told.period === undefined ? unitNamed(digits) : unitTold(told.period);
    const slot = told.agent ?? own;
    return unit && slot !== undefined && AGENTS.includes(slot) ? { unit, slot } : undefined;
  };
}

function slotsOf(unit: Unit): string[] {
  return AGENTS.filter((agent) => stampOf(unit) >= (SINCE[agent] ?? '').replaceAll('-', ''));
}

function columnsOf({ unit, slot }: Named): Sql {
  const title = unquoted(sql`f2`);
  const isOld = startOf(unit.grain, unit.ordinal) < DECODED_SINCE;
  return sql`project, ${ACCESS_FIELD} AS access, ${sqlText(slot)} AS agent,
    ${isOld ? decoded(title) : title} AS article, ${PARTS} AS hours,
    ${sqlText(stampOf(unit))} AS "timestamp", CAST(${TOTAL} AS BIGINT) AS views`;
}

const kinds = (allAgents: boolean): Kinds => ({ access: ACCESS, agents: AGENTS, allAgents });

function feedsOf(grain: 'daily' | 'monthly'): Feed[] {
  const span: Feed['span'] = (unit) => [periodsOf(unit, grain)];
  return [
    {
      metric: pageviewsPerArticle,
      span,
      needs: 'any',
      rows: (isWhole) => viewsOfArticles(kinds(isWhole)),
      isEverything: true,
    },
    {
      metric: pageviewsAggregate,
      span,
      needs: 'any',
      rows: (isWhole) => viewsOfProjects(kinds(isWhole)),
      isEverything: true,
      totals: ['all-projects'],
    },
    {
      metric: pageviewsTop,
      span,
      needs: () => ['user'],
      rows: () => mostViewed(ACCESS),
      isEverything: true,
    },
  ];
}

const COMMON = {
  name: 'pageview-complete',
  separator: ' ',
  fields: 6,
  hasQuotes: true,
  wikiOf: wikiOfDomain,
  table: DUMPED_VIEWS,
  columns: columnsOf,
  slots: slotsOf,
} as const;

export const pageviewComplete: DumpFormat = {
  ...COMMON,
  folder: 'pageview-complete-daily',
  example: 'pageviews-20210101-user.bz2',
  nameOf: nameOf(/^pageviews-(\d{8})-([a-z]+)(?:\.|$)/),
  faults: faultsOf(sql`'[A-X]'`, 'hours'),
  feeds: [
    ...feedsOf('daily'),
    {
      metric: pageviewsAggregate,
      span: (unit) => [periodsOf(unit, 'hourly')],
      needs: 'any',
      rows: (isWhole) => viewsOfProjects(kinds(isWhole), VIEWS_BY_HOUR),
      isEverything: true,
      totals: ['all-projects'],
    },
  ],
  rollUps: [
    { metric: pageviewsAggregate, from: pageviewsAggregate, rows: PROJECTS_OF_DAYS },
    { metric: pageviewsTop, from: pageviewsPerArticle, rows: MOST_VIEWED_OF_DAYS },
  ],
};

export const pageviewCompleteMonthly: DumpFormat = {
  ...COMMON,
  folder: 'pageview-complete-monthly',
  example: 'pageviews-202101-user.bz2',
  nameOf: nameOf(/^pageviews-(\d{6})-([a-z]+)(?:\.|$)/),
  faults: faultsOf(sql`'[A-Z\\[\\]\\\\^_]'`, 'days'),
  feeds: feedsOf('monthly'),
  rollUps: [],
};
