import { projectOfWiki } from '../../core/metric/wiki-databases.ts';
import type { Table } from '../../core/metric/table.ts';
import { sql, sqlText } from '../../core/sql.ts';
import { clickstream } from '../../metrics/clickstream.ts';
import type { DumpFormat } from '../format.ts';
import { countFault } from '../titles.ts';
import { periodsOf, stampOf, unitTold } from '../units.ts';

const PAIRS: Table = {
  name: 'dumped_pairs',
  dimensions: ['project', 'article', 'previous', 'timestamp'].map((name) => ({ name, type: 'text' })),
  entry: [],
  measures: [{ name: 'views', type: 'count' }],
  ranking: undefined,
};

/*
 * From page to page, a file a month and wiki, without quoting: from, to, kind, count.
 *   other-search	Camp_Tawonga	external	183
 */
export const clickstreamMonthly: DumpFormat = {
  name: 'clickstream-monthly',
  folder: 'clickstream',
  example: 'clickstream-enwiki-2021-01.tsv.gz',
  nameOf: (file, { period, project }) => {
    const [, wiki = '', month = ''] = /^clickstream-([a-z_]+wiki)-(\d{4}-\d\d)(?:\.|$)/.exec(file) ?? [];
    const unit = unitTold(period ?? month);
    const slot = project ?? projectOfWiki(wiki);
    return unit?.grain === 'monthly' && slot !== undefined ? { unit, slot } : undefined;
  },
  separator: '\t',
  fields: 4,
  hasQuotes: false,
  faults: [
    {
      reason: 'the line has not 4 fields',
      when: sql`f4 IS NULL OR f5 IS NOT NULL`,
      example: 'other-search\tCamp_Tawonga\t183',
    },
    {
      reason: 'a title is empty',
      when: sql`f1 = '' OR f2 = '' OR contains(f1, chr(0)) OR contains(f2, chr(0))`,
      example: 'other-search\t\texternal\t183',
    },
    countFault(sql`f4`, 'other-search\tCamp_Tawonga\texternal\tmany'),
  ],
  table: PAIRS,
  columns: ({ unit, slot }) => sql`${sqlText(slot)} AS project, f2 AS article, f1 AS previous,
    ${sqlText(stampOf(unit))} AS "timestamp", CAST(f4 AS BIGINT) AS views`,
  // Which wikis have files changes; each is whole by itself.
  slots: () => [],
  feeds: [
    {
      metric: clickstream,
      span: (unit) => [periodsOf(unit, 'monthly')],
      needs: 'any',
      rows: () => sql`SELECT project, article, stamp, previous, sum(views) AS views FROM dumped_pairs
        GROUP BY project, article, stamp, previous HAVING sum(views) >= 10`,
      isEverything: false,
    },
  ],
  rollUps: [],
};
