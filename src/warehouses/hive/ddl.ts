import type { Table } from '../../core/metric/table.ts';
import { fileColumns } from '../lake/sql.ts';
import { identifier, textLiteral } from './literals.ts';
import type { LivePartition } from './select-statement.ts';

/** More partitions in one statement have overflowed the stack of a metastore. */
const MAX_PARTITIONS = 100;

/** Returns a table's name qualified by its database, quoted. */
export function qualified(database: string, table: string): string {
  return `${identifier(database)}.${identifier(table)}`;
}

export function createDatabase(database: string): string {
  return `CREATE DATABASE IF NOT EXISTS ${identifier(database)}`;
}

/**
 * Returns the statement that makes a table for analysts, with the columns of the files.
 * @param name the table's quoted name
 * @param location the table's folder; undefined lets Hive choose it and delete files with their partitions
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
 * Returns the table of a metric for a Hive without Kraken, as a file for analysts.
 * @param location the lake's folder as Hive sees it: `hdfs://…`, `s3a://…`, `file:///…`
 */
export function hiveDdl(table: Table, location: string): string {
  return [
    `${createTable(identifier(table.name), table, `${location}/${table.name}`)};`,
    '-- Finds the partitions of a lake that was copied there, also versions that were superseded shortly before.',
    '-- `kraken adopt` adds only the live ones instead.',
    `MSCK REPAIR TABLE ${identifier(table.name)};`,
    '',
  ].join('\n');
}

/** Returns statements that add partitions lying in the table's folder, many partitions in each. */
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

/** Returns statements that drop partitions. In a lake their files stay. */
export function dropPartitions(
  database: string,
  table: string,
  partitions: readonly LivePartition[],
): string[] {
  return drops(database, table, partitions.map(spec));
}

/** Returns statements that drop all other versions of these partitions, or all versions if none is given. */
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

/** Cuts a list of partitions for several statements. */
export function batches<Item>(items: readonly Item[]): Item[][] {
  const all: Item[][] = [];
  for (let from = 0; from < items.length; from += MAX_PARTITIONS) {
    all.push(items.slice(from, from + MAX_PARTITIONS));
  }
  return all;
}
