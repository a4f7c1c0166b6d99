import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { sumsMonths } from '../core/metric/published-state.ts';
import type { Table } from '../core/metric/table.ts';
import { partitionSpan } from '../core/time/partition.ts';
import { type Ordinal, ordinalAt, parseTimestamp } from '../core/time/time.ts';
import { chunksOf } from '../warehouses/lake/chunks.ts';
import { type Lake, pathsIn } from '../warehouses/lake/lake.ts';
import type { Manifest } from '../warehouses/lake/manifest.ts';
import { Bindings, identifier, rowsOfFiles } from '../warehouses/lake/sql.ts';
import type { PeriodSums } from './period-sums.ts';

/**
 * Adds up the rows that publishing makes cells of, by period: those of the partition's files, and for months that
 * aren't stored, those of the days. One statement, which DuckDB answers in bounded memory.
 * @throws EngineError if a file can't be read
 */
export async function lakeSums(
  lake: Lake,
  { metric, manifest, partition }: { metric: Metric; manifest: Manifest; partition: string },
  signal: AbortSignal,
): Promise<PeriodSums> {
  const table = tableOf(metric);
  const own = manifest.partitions.get(partition)?.files ?? [];
  const days = daysOf(metric, manifest, partition);
  const sums: PeriodSums = new Map<Ordinal, Float64Array>();
  const files = [...own, ...days];
  if (files.length === 0) return sums;
  const bindings = new Bindings();
  const absolute = (paths: readonly string[]): string =>
    rowsOfFiles(pathsIn(lake, table.name, paths), bindings);
  const stored = own.length > 0 ? absolute(own) : undefined;
  const from = days.length > 0 ? withMonths(table, stored, absolute(days)) : stored;
  const measures = [...table.measures.map(({ name }) => name), ...(table.ranking ? ['rank'] : [])];
  const columns = measures.map((name) => `CAST(coalesce(sum(${identifier(name)}), 0) AS DOUBLE)`);
  const sql = `SELECT "timestamp", CAST(count(*) AS DOUBLE), ${columns.join(', ')} FROM ${from} GROUP BY "timestamp"`;
  const { grain } = partitionSpan(partition);
  for await (const chunk of chunksOf(
    lake,
    { reads: [{ table: table.name, files }], sql, bindings },
    signal,
  )) {
    for (const [stamp, ...numbers] of chunk.getRows())
      sums.set(
        ordinalAt(grain, parseTimestamp(String(stamp)) as number),
        Float64Array.from(numbers as number[]),
      );
  }
  return sums;
}

/** Returns the files of the days that publishing sums to the months of a partition. Totals are those sums. */
function daysOf(metric: Metric, manifest: Manifest, partition: string): string[] {
  const span = partitionSpan(partition);
  if (span.grain !== 'monthly' || !sumsMonths(metric)) return [];
  const year = partition.slice('monthly/'.length);
  return [...manifest.partitions]
    .filter(([name]) => name.startsWith(`daily/${year}-`))
    .flatMap(([, { files, totals }]) => (totals === undefined ? files : [totals]));
}

/** The stored months, and the sums of days for months of series that aren't stored. */
function withMonths(table: Table, stored: string | undefined, days: string): string {
  const dimensions = table.dimensions.map(({ name }) => identifier(name));
  const sums = table.measures.map(({ name }) => `sum(${identifier(name)}) AS ${identifier(name)}`);
  const summed = `SELECT ${dimensions.join(', ')}, substr("timestamp", 1, 6) || '0100' AS "timestamp", ${sums.join(', ')}
    FROM ${days} GROUP BY ALL`;
  if (stored === undefined) return `(${summed}) AS months`;
  const key = [...dimensions, '"timestamp"'].join(', ');
  const columns = [...dimensions, '"timestamp"', ...table.measures.map(({ name }) => identifier(name))].join(
    ', ',
  );
  return `(SELECT ${columns} FROM ${stored}
    UNION ALL SELECT ${columns} FROM (${summed}) AS summed ANTI JOIN (SELECT ${key} FROM ${stored}) AS known USING (${key})) AS months`;
}
