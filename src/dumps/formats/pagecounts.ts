import { sql, sqlText } from '../../core/sql.ts';
import { legacyPagecountsAggregate } from '../../metrics/legacy-pagecounts-aggregate.ts';
import { pageviewsPerArticle } from '../../metrics/pageviews-per-article.ts';
import type { DumpFormat, Fault } from '../format.ts';
import { HOURS, hourNamed, hourStamp, projectFeeds } from '../hours.ts';
import { countFault, decoded, titleFaults } from '../titles.ts';
import { periodsOf, stampOf, unitNamed, unitTold } from '../units.ts';
import { COUNTS_OF_SITES, DUMPED_VIEWS, type Kinds, SITES_OF_DAYS, viewsOfArticles } from '../views.ts';
import { wikiOfCode, wikiOfEzCode } from '../wiki-codes.ts';

/*
 * The counts before page views were defined: of people and crawlers, so they are of all agents.
 *   en File:Map_of_Antarctica.jpg 3 26857
 * Titles are percent-encoded, in either case, and may have quotes that mean nothing.
 */
const TITLE = decoded(sql`f2`);

const faultsOf = (fields: number, when: Fault['when'], tail: string): Fault[] => [
  { reason: `the line has not ${fields} fields`, when, example: 'en Main_Page' },
  ...titleFaults(TITLE, (title) => `en ${title} ${tail}`),
  countFault(sql`f3`, `en Main_Page many ${tail.split(' ')[1] ?? ''}`),
];

const HOUR = {
  separator: ' ',
  fields: 4,
  hasQuotes: false,
  wikiOf: wikiOfCode,
  table: DUMPED_VIEWS,
  columns: (named) => sql`project, access, '' AS agent, ${TITLE} AS article, '' AS hours,
    ${hourStamp(named)} AS "timestamp", CAST(f3 AS BIGINT) AS views`,
  slots: () => HOURS,
  faults: faultsOf(4, sql`f4 IS NULL OR f5 IS NOT NULL`, '8 0'),
  rollUps: [{ metric: legacyPagecountsAggregate, from: legacyPagecountsAggregate, rows: SITES_OF_DAYS }],
} satisfies Partial<DumpFormat>;

function articleHours(kinds: Kinds): DumpFormat['feeds'][number] {
  return {
    metric: pageviewsPerArticle,
    span: (unit) => [periodsOf(unit, 'daily')],
    needs: () => HOURS,
    rows: () => viewsOfArticles(kinds),
    isEverything: false,
  };
}

const ALL_AGENTS: Kinds = { access: ['desktop'], agents: [], allAgents: true };

/** The desktop sites alone: what was read on mobile sites isn't known by page. */
export const pagecountsRaw: DumpFormat = {
  ...HOUR,
  name: 'pagecounts-raw',
  folder: 'pagecounts-raw',
  example: 'pagecounts-20120101-010000.gz',
  nameOf: hourNamed('pagecounts'),
  feeds: [
    ...projectFeeds(legacyPagecountsAggregate, COUNTS_OF_SITES),
    articleHours({ ...ALL_AGENTS, allAccess: false }),
  ],
};

/** Files of the same names as those of `pagecounts-raw`, from 2014 on, with mobile sites. */
export const pagecountsAllSites: DumpFormat = {
  ...pagecountsRaw,
  name: 'pagecounts-all-sites',
  folder: 'pagecounts-all-sites',
  feeds: [...projectFeeds(legacyPagecountsAggregate, COUNTS_OF_SITES), articleHours(ALL_AGENTS)],
};

export const projectcounts: DumpFormat = {
  ...HOUR,
  name: 'projectcounts',
  folder: 'projectcounts',
  example: 'projectcounts-20120101-010000',
  nameOf: hourNamed('projectcounts'),
  feeds: projectFeeds(legacyPagecountsAggregate, COUNTS_OF_SITES),
};

/*
 * Days, with codes of their own and the hours as letters:
 *   en.z Main_Page 8 A5X3
 */
export const pagecountsEz: DumpFormat = {
  name: 'pagecounts-ez',
  folder: 'pagecounts-ez',
  example: 'pagecounts-2012-01-01.bz2',
  nameOf: (file, { period }) => {
    const [, year = '', month = '', day = ''] = /^pagecounts-(\d{4})-(\d\d)-(\d\d)(?:\.|$)/.exec(file) ?? [];
    const unit = period === undefined ? unitNamed(`${year}${month}${day}`) : unitTold(period);
    return unit?.grain === 'daily' ? { unit, slot: 'all' } : undefined;
  },
  separator: ' ',
  fields: 4,
  hasQuotes: false,
  wikiOf: wikiOfEzCode,
  leftOut: sql`starts_with(f1, '#')`,
  faults: faultsOf(4, sql`f4 IS NULL OR f5 IS NOT NULL`, '8 A8'),
  table: DUMPED_VIEWS,
  columns: ({ unit }) => sql`project, access, '' AS agent, ${TITLE} AS article, f4 AS hours,
    ${sqlText(stampOf(unit))} AS "timestamp", CAST(f3 AS BIGINT) AS views`,
  slots: () => ['all'],
  feeds: [
    {
      metric: pageviewsPerArticle,
      span: (unit) => [periodsOf(unit, 'daily')],
      needs: 'any',
      rows: () => viewsOfArticles({ access: [], agents: [], allAgents: true }),
      isEverything: false,
    },
  ],
  rollUps: [],
};
