import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { hasCode } from '../../src/files/file-error.ts';
import { manifestFromText, type RawManifest, sealedDayFromText } from '../../src/raw/manifest.ts';
import { MANIFEST } from '../../src/raw/raw-folder.ts';

/** The manifest of a raw table, as readers find it. */
export async function manifestOf(table: string): Promise<RawManifest | undefined> {
  try {
    return manifestFromText(table, await readFile(join(table, MANIFEST), 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** The live files of a raw table, absolute. */
export async function liveFiles(table: string): Promise<string[]> {
  const manifest = await manifestOf(table);
  if (!manifest) return [];
  const hours = [...manifest.hours.values()];
  for (const { path } of manifest.days.values()) {
    hours.push(...sealedDayFromText(path, await readFile(join(table, path), 'utf8')).values());
  }
  return hours.flatMap(({ files }) => files.map(({ path }) => join(table, path)));
}

/** Values of the rows that readers find in a raw table. @param select SQL of what each row gives */
export async function rowsOf(table: string, select: string): Promise<unknown[][]> {
  const files = await liveFiles(table);
  if (files.length === 0) return [];
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const list = files.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ');
    const reader = await connection.runAndReadAll(
      `SELECT ${select} FROM read_parquet([${list}], hive_partitioning = false, union_by_name = true)`,
    );
    return reader.getRowsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
