import type { Table } from '../../core/metric/table.ts';
import { fileColumns } from '../lake/sql.ts';
import { identifier, textLiteral } from './literals.ts';
import type { LivePartition } from './select-statement.ts';

/** More in one statement have overflown the stack of a metastore. */
const PARTITIONS_A_STATEMENT = 100;

/** A table's name with its database's. */
export function qualified(database: string, table: string): string {
  return `${identifier(database)}.${identifier(table)}`;
}

export function createDatabase(database: string): string {
  return `CREATE DATABASE IF NOT EXISTS ${identifier(database)}`;
}

/**
 * Makes a table for analysts: its columns are those of the files.
 * @param name the table's, quoted
 * @param location the table's folder; undefined: where Hive puts it, and its files go with their partitions
 */
export function createTable(name: string, table: Table, location: string | undefined): string {
  const columns = fileColumns(table).map(
    (column) => `  ${identifier(column.name)} ${column.type === 'VARCHAR' ? 'STRING' : column.type}`,
  );
  return [
    `CREATE EXTERNAL TABLE IF NOT EXISTS ${name} (`,
    columns.join(',\n'),
    ')',
    'PARTITIONED BY (`grain` STRING, `year` INT, `month` INT, `version` INT)',
    'STORED AS PARQUET',
    location === undefined
      ? `TBLPROPERTIES ('external.table.purge' = 'true')`
      : `LOCATION ${textLiteral(location)}`,
  ].join('\n');
}

/**
 * The table of a metric for a Hive without Kraken, as a file for analysts.
 * @param location the lake's folder as Hive sees it: `hdfs://…`, `s3a://…`, `file:///…`
 */
export function hiveDdl(table: Table, location: string): string {
  return [
    `${createTable(identifier(table.name), table, `${location}/${table.name}`)};`,
    '-- Finds the partitions of a lake that was copied there. Versions that were superseded shortly before are',
    '-- found as well: `kraken adopt` adds exactly those that count.',
    `MSCK REPAIR TABLE ${identifier(table.name)};`,
    '',
  ].join('\n');
}

/** Adds partitions that lie in the table's folder: a few statements for many. */
export function addPartitions(
  database: string,
  table: string,
  partitions: readonly LivePartition[],
): string[] {
  return batches(partitions).map(
    (batch) =>
      `ALTER TABLE ${qualified(database, table)} ADD IF NOT EXISTS\n${batch.map((p) => `  PARTITION (${spec(p)})`).join('\n')}`,
  );
}

/** Drops partitions; their files stay where they lie in a lake. */
export function dropPartitions(
  database: string,
  table: string,
  partitions: readonly LivePartition[],
): string[] {
  return drops(database, table, partitions.map(spec));
}

/** Drops every other version of these partitions; of those without a version, all. */
export function dropOtherVersions(
  database: string,
  table: string,
  partitions: readonly (Omit<LivePartition, 'version'> & { readonly version: number | undefined })[],
): string[] {
  return drops(
    database,
    table,
    partitions.map(({ version, ...partition }) =>
      version === undefined ? period(partition) : `${period(partition)}, \`version\` <> ${version}`,
    ),
  );
}

function drops(database: string, table: string, specs: readonly string[]): string[] {
  return batches(specs).map(
    (batch) =>
      `ALTER TABLE ${qualified(database, table)} DROP IF EXISTS\n${batch.map((text) => `  PARTITION (${text})`).join(',\n')}`,
  );
}

function spec({ version, ...partition }: LivePartition): string {
  return `${period(partition)}, \`version\` = ${version}`;
}

function period({ grain, year, month }: Omit<LivePartition, 'version'>): string {
  return `\`grain\` = ${textLiteral(grain)}, \`year\` = ${year}, \`month\` = ${month}`;
}

function batches<Item>(items: readonly Item[]): Item[][] {
  const all: Item[][] = [];
  for (let from = 0; from < items.length; from += PARTITIONS_A_STATEMENT) {
    all.push(items.slice(from, from + PARTITIONS_A_STATEMENT));
  }
  return all;
}
