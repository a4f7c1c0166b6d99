import type { DuckDBConnection } from '@duckdb/node-api';
import { partitionSpan, partitionUnit } from '../../core/time/partition.ts';
import type { Grouping } from '../../core/question/analysis.ts';
import type { Table } from '../../core/metric/table.ts';
import { formatTimestamp, GRAINS } from '../../core/time/time.ts';
import { execute } from './engine.ts';
import { versionFolder } from './manifest.ts';
import { mayHaveTotals } from './may-have-totals.ts';
import type { Merged } from './merge.ts';
import type { Part } from './part.ts';
import { asFileColumns, identifier, listColumns, literal } from './sql.ts';

/*
 * A partition's totals are its rows added up over time: one row for each combination of the dimensions, at the
 * partition's first period. A question over whole months reads them instead of the rows, which are thirty times as many.
 * They are Parquet, but another name keeps them out of the reach of who reads all of a lake's *.parquet.
 */

/** The end of the names of files of totals. */
export const TOTALS = '.totals';

/** Returns the path of a partition's totals, relative to its table's folder. */
export function totalsPath(partition: string, version: number): string {
  return `_totals/${versionFolder(partition, version)}/0${TOTALS}`;
}

/** Totals aren't kept if a series has fewer rows in a partition than this: they would save little. */
const LEAST_ROWS_A_SERIES = 4;

/** Whether a partition of a table has totals. */
export function hasTotals(table: Table, partition: string, { rows, series }: Merged): boolean {
  return mayHaveTotals(table, partition) && rows >= series * LEAST_ROWS_A_SERIES;
}

/** Whether totals tell what an aggregation asks of a partition: nothing depends on when in the partition a row lies. */
export function areTotalsEnough(asked: Grouping, partition: string): boolean {
  const span = partitionSpan(partition);
  const isWithin = (first: number, last: number): boolean => first <= span.first && span.last <= last;
  return (
    asked.asOf === undefined &&
    asked.least.length === 0 &&
    isWithin(asked.first, asked.last) &&
    asked.except.every(
      ({ first, last }) => isWithin(first, last) || last < span.first || span.last < first,
    ) &&
    (asked.period === undefined || GRAINS.indexOf(asked.period) >= GRAINS.indexOf(partitionUnit(asked.grain)))
  );
}

/** Writes the totals of a part of the table `merged` to a file. */
export async function writeTotals(
  connection: DuckDBConnection,
  table: Table,
  { number, partition }: Part,
  path: string,
): Promise<void> {
  const dimensions = table.dimensions.map(({ name }) => name);
  const measures = table.measures.map(({ name }) => name);
  const grouped = totalsOf({ dimensions, measures }, partition, `merged WHERE _part = ${number}`);
  // The largest count, added up for all hours of a month, is less than 2^63.
  await execute(
    connection,
    `COPY (SELECT ${asFileColumns(table)} FROM (${grouped}) AS grouped ORDER BY ${listColumns(table).join(', ')})
     TO ${literal(path)} (FORMAT parquet, COMPRESSION snappy, WRITE_BLOOM_FILTER false)`,
  );
}

/** Returns the statement that adds up rows of a partition. @param from the rows, with their condition */
export function totalsOf(
  { dimensions, measures }: { dimensions: readonly string[]; measures: readonly string[] },
  partition: string,
  from: string,
): string {
  const { grain, first } = partitionSpan(partition);
  const names = dimensions.map(identifier);
  const sums = measures.map((name) => {
    const column = identifier(name);
    // A sum with an unknown value is unknown.
    return `CASE WHEN count(${column}) = count(*) THEN sum(${column}) END AS ${column}`;
  });
  const stamp = `${literal(formatTimestamp('YYYYMMDDHH', grain, first))} AS "timestamp"`;
  return `SELECT ${[...names, stamp, ...sums].join(', ')} FROM ${from} GROUP BY ${names.join(', ')}`;
}
