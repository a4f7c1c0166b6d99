import type { DuckDBDataChunk } from '@duckdb/node-api';
import { partsOfAnalysis, type Analysed, type Analysis } from '../../core/question/analysis.ts';
import { ordinalAt, parseTimestamp } from '../../core/time/time.ts';
import type { AnalysisDialect } from '../analysis-dialect.ts';
import { analysisStatement } from '../analysis-statement.ts';
import { datesIn } from '../dialect-dates.ts';
import { groupsSelect } from './aggregate.ts';
import { rowsToRead } from './as-of.ts';
import { chunksOf, type ReadFiles } from './chunks.ts';
import type { Lake } from './lake.ts';
import { Bindings, identifier } from './sql.ts';
import { areTotalsEnough } from './totals.ts';

/** Yields the rows of an analysis, computed, chosen and sorted by DuckDB, in batches of its chunks. */
export async function* analyse(lake: Lake, asked: Analysis, signal: AbortSignal): AsyncGenerator<Analysed> {
  signal.throwIfAborted();
  const names = partsOfAnalysis(asked).map(({ table }) => table.name);
  const manifests = new Map(
    await Promise.all(names.map(async (name) => [name, await lake.manifests.of(name)] as const)),
  );
  const bindings = new Bindings();
  const reads: ReadFiles[] = [];
  const sql = analysisStatement(asked, {
    ...DIALECT,
    text: (value) => bindings.text(value),
    part: (rows) => {
      const manifest = manifests.get(rows.table.name);
      const read = manifest && rowsToRead(lake, manifest, rows, (name) => areTotalsEnough(rows, name));
      if (!read) return undefined;
      reads.push({ table: rows.table.name, files: read.files });
      return groupsSelect(rows, read, bindings);
    },
  });
  if (sql === undefined) return;
  for await (const chunk of chunksOf(lake, { reads, sql, bindings }, signal)) yield rowsOf(asked, chunk);
}

export const DIALECT: Omit<AnalysisDialect, 'text' | 'part'> = {
  identifier,
  textType: 'VARCHAR',
  ...datesIn({
    dayOf: (stamp) => `CAST(strptime(substr(${stamp}, 1, 8), '%Y%m%d') AS DATE)`,
    daysTo: (day) => `date_diff('day', DATE '1970-01-01', ${day})`,
    daysOfYear: (day) => `date_diff('day', ${day}, ${day} + INTERVAL 1 YEAR)`,
    integer: 'BIGINT',
    divide: '//',
  }),
  page: (offset, limit) => `LIMIT ${limit} OFFSET ${offset}`,
};

function rowsOf({ now, shown, top }: Analysis, chunk: DuckDBDataChunk): Analysed {
  const { by, period } = now;
  let column = 0;
  const next = <T>(): T[] => chunk.getColumnValues(column++) as T[];
  return {
    length: chunk.rowCount,
    values: by.map(() => next<string | null>()),
    ordinals:
      period &&
      next<string | null>().map((stamp) =>
        stamp === null ? null : ordinalAt(period, parseTimestamp(stamp) as number),
      ),
    cells: Array.from({ length: shown }, () => next<number | bigint | null>().map(asNumber)),
    others: top?.others ? next<number>().map((flag) => flag === 1) : undefined,
  };
}

/** Ranks are whole numbers of 64 bits. */
function asNumber(value: number | bigint | null): number | null {
  return value === null ? null : Number(value);
}
