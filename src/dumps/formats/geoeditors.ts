import { COUNTRY_CODES, countryName } from '../../core/metric/country-names.ts';
import { projectOfWiki } from '../../core/metric/wiki-databases.ts';
import type { Table } from '../../core/metric/table.ts';
import { sql, sqlJoin, sqlText } from '../../core/sql.ts';
import { editorsByCountry } from '../../metrics/editors-by-country.ts';
import { PROTECTED_COUNTRIES } from '../../metrics/protected-countries.ts';
import type { DumpFormat } from '../format.ts';
import { periodsOf, stampOf, unitTold } from '../units.ts';

const EDITORS: Table = {
  name: 'dumped_editors',
  dimensions: ['project', 'activity_level', 'country', 'timestamp'].map((name) => ({ name, type: 'text' })),
  entry: [],
  measures: [{ name: 'editors_ceil', type: 'count' }],
  ranking: undefined,
};

/** The code of a country by its name; NULL for another text. */
const COUNTRY = sql`CASE f2 ${sqlJoin(
  COUNTRY_CODES.map((code) => sql`WHEN ${sqlText(countryName(code) ?? code)} THEN ${sqlText(code)}`),
  sql` `,
)} END`;
const WITHHELD = sqlJoin([...PROTECTED_COUNTRIES].map(sqlText), sql`, `);

/*
 * Editors of Wikipedias by country, a month, in buckets of ten: wiki, country, level, least, most.
 *   dewiki	Austria	5 to 99	131	140
 */
export const geoeditors: DumpFormat = {
  name: 'geoeditors',
  folder: 'geoeditors',
  example: 'geoeditors-monthly-2021-01.tsv',
  nameOf: (file, { period }) => {
    const unit = unitTold(period ?? /^geoeditors.*?(\d{4}-\d\d)(?:\.|$)/.exec(file)?.[1] ?? '');
    return unit?.grain === 'monthly' ? { unit, slot: 'all' } : undefined;
  },
  separator: '\t',
  fields: 5,
  hasQuotes: false,
  wikiOf: (code) => {
    const project = projectOfWiki(code);
    return project === undefined ? undefined : { project, access: '' };
  },
  faults: [
    {
      reason: 'the line has not 5 fields',
      when: sql`f5 IS NULL OR f6 IS NOT NULL`,
      example: 'dewiki\tAustria\t5 to 99\t131',
    },
    {
      reason: 'the country is unknown',
      when: sql`${COUNTRY} IS NULL`,
      example: 'dewiki\tAtlantis\t5 to 99\t1\t10',
    },
    {
      reason: 'the level is none',
      when: sql`f3 NOT IN ('5 to 99', '100 or more')`,
      example: 'dewiki\tAustria\t1 to 4\t1\t10',
    },
    {
      reason: 'the count is no ten',
      when: sql`NOT regexp_full_match(f5, '[1-9][0-9]{0,8}0')`,
      example: 'dewiki\tAustria\t5 to 99\t1\t7',
    },
  ],
  // Nothing is told of countries where that might do harm, whoever published it.
  leftOut: sql`${COUNTRY} IN (${WITHHELD})`,
  table: EDITORS,
  columns: ({
    unit,
  }) => sql`project, CASE f3 WHEN '5 to 99' THEN '5..99-edits' ELSE '100..-edits' END AS activity_level,
    ${COUNTRY} AS country, ${sqlText(stampOf(unit))} AS "timestamp", CAST(f5 AS BIGINT) AS editors_ceil`,
  slots: () => ['all'],
  feeds: [
    {
      metric: editorsByCountry,
      span: (unit) => [periodsOf(unit, 'monthly')],
      needs: 'any',
      rows: () => sql`SELECT project, activity_level, stamp, country, max(editors_ceil) AS editors_ceil
        FROM dumped_editors GROUP BY project, activity_level, stamp, country`,
      isEverything: false,
    },
  ],
  rollUps: [],
};
