import type { DuckDBDataChunk } from '@duckdb/node-api';
import { partsOfAnalysis, type Analysed, type Analysis } from '../../core/question/analysis.ts';
import { ordinalAt, parseTimestamp, type Grain } from '../../core/time/time.ts';
import type { AnalysisDialect } from '../analysis-dialect.ts';
import { analysisStatement } from '../analysis-statement.ts';
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

const dayOf = (stamp: string): string => `CAST(strptime(substr(${stamp}, 1, 8), '%Y%m%d') AS DATE)`;
const dayNumber = (stamp: string): string => `date_diff('day', DATE '1970-01-01', ${dayOf(stamp)})`;
const digits = (stamp: string, from: number, length: number): string =>
  `CAST(substr(${stamp}, ${from}, ${length}) AS BIGINT)`;

const ORDINAL: Readonly<Record<Grain, (stamp: string) => string>> = {
  hourly: (stamp) => `(${dayNumber(stamp)} * 24 + ${digits(stamp, 9, 2)})`,
  daily: dayNumber,
  // The first Monday since 1970 is its fifth day.
  weekly: (stamp) => `((${dayNumber(stamp)} - 4) // 7)`,
  monthly: (stamp) => `(${digits(stamp, 1, 4)} * 12 + ${digits(stamp, 5, 2)})`,
  yearly: (stamp) => digits(stamp, 1, 4),
};

const number = (value: number): string => `CAST(${value.toExponential()} AS DOUBLE)`;

const DAYS: Readonly<Record<Grain, (stamp: string) => string>> = {
  hourly: () => number(1 / 24),
  daily: () => number(1),
  weekly: () => number(7),
  monthly: (stamp) => `CAST(day(last_day(${dayOf(stamp)})) AS DOUBLE)`,
  yearly: (stamp) => `CAST(date_diff('day', ${dayOf(stamp)}, ${dayOf(stamp)} + INTERVAL 1 YEAR) AS DOUBLE)`,
};

const DIALECT: Omit<AnalysisDialect, 'text' | 'part'> = {
  identifier,
  number,
  textType: 'VARCHAR',
  ordinal: (grain, stamp) => ORDINAL[grain](stamp),
  days: (grain, stamp) => DAYS[grain](stamp),
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
