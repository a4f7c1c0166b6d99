import type { Table } from '../../core/metric/table.ts';
import { sql, sqlText } from '../../core/sql.ts';
import { mediarequestsAggregate } from '../../metrics/mediarequests-aggregate.ts';
import { mediarequestsPerFile } from '../../metrics/mediarequests-per-file.ts';
import type { DumpFormat } from '../format.ts';
import { periodsOf, stampOf, unitTold } from '../units.ts';

const FILES: Table = {
  name: 'dumped_files',
  dimensions: ['file_path', 'timestamp'].map((name) => ({ name, type: 'text' })),
  entry: [],
  measures: ['total', 'internal', 'external', 'unknown'].map((name) => ({ name, type: 'count' })),
  ranking: undefined,
};

const REFERERS = ['all-referers', 'internal', 'external', 'unknown'];

/** A row for each referer of some sums. */
const BY_REFERER = sql`(VALUES ('all-referers'), ('internal'), ('external'), ('unknown')) AS referers(referer)`;
const REQUESTS = sql`CASE referer WHEN 'internal' THEN internal WHEN 'external' THEN external
  WHEN 'unknown' THEN "unknown" ELSE total END`;
const SUMS = sql`sum(total) AS total, sum(internal) AS internal, sum(external) AS external, sum("unknown") AS "unknown"`;

/*
 * Requests for files, a day: 25 fields, of which the first is the file, the third the total, and the last three tell
 * referers. Agents aren't told apart.
 */
export const mediacounts: DumpFormat = {
  name: 'mediacounts',
  folder: 'mediacounts',
  example: 'mediacounts.2021-01-01.v00.tsv.bz2',
  nameOf: (file, { period }) => {
    const unit = unitTold(period ?? /^mediacounts\.(\d{4}-\d\d-\d\d)\./.exec(file)?.[1] ?? '');
    return unit?.grain === 'daily' ? { unit, slot: 'all' } : undefined;
  },
  separator: '\t',
  fields: 25,
  hasQuotes: false,
  faults: [
    {
      reason: 'the line has not 25 fields',
      when: sql`f25 IS NULL OR f26 IS NOT NULL`,
      example: '/wikipedia/commons/0/00/A.png\t10\t1',
    },
    {
      reason: 'the file is no path',
      when: sql`NOT starts_with(f1, '/') OR contains(f1, chr(0)) OR strlen(f1) > 1200`,
      example: ['A.png', ...Array.from({ length: 24 }, () => '1')].join('\t'),
    },
    {
      reason: 'a count is not a whole number',
      when: sql`NOT regexp_full_match(concat_ws(',', f3, f23, f24, f25), '[0-9]{1,15}(,[0-9]{1,15}){3}')`,
      example: ['/a/A.png', ...Array.from({ length: 24 }, () => 'x')].join('\t'),
    },
  ],
  table: FILES,
  columns: ({
    unit,
  }) => sql`f1 AS file_path, ${sqlText(stampOf(unit))} AS "timestamp", CAST(f3 AS BIGINT) AS total,
    CAST(f23 AS BIGINT) AS internal, CAST(f24 AS BIGINT) AS external, CAST(f25 AS BIGINT) AS "unknown"`,
  slots: () => ['all'],
  feeds: [
    {
      metric: mediarequestsPerFile,
      span: (unit) => [periodsOf(unit, 'daily')],
      needs: 'any',
      rows: () => sql`SELECT referer, 'all-agents' AS agent, file_path, stamp, ${REQUESTS} AS requests
        FROM (SELECT file_path, stamp, ${SUMS} FROM dumped_files GROUP BY file_path, stamp) AS files
        CROSS JOIN ${BY_REFERER} WHERE ${REQUESTS} > 0`,
      isEverything: false,
      totals: REFERERS,
    },
    {
      metric: mediarequestsAggregate,
      span: (unit) => [periodsOf(unit, 'daily')],
      needs: 'any',
      rows: () => sql`SELECT referer, 'all-media-types' AS media_type, 'all-agents' AS agent, stamp,
          ${REQUESTS} AS requests
        FROM (SELECT stamp, ${SUMS} FROM dumped_files GROUP BY stamp) AS days CROSS JOIN ${BY_REFERER}`,
      isEverything: false,
      totals: REFERERS,
    },
  ],
  rollUps: [],
};
