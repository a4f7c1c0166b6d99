import { stat } from 'node:fs/promises';
import { partitionSpan } from '../core/time/partition.ts';
import type { Table } from '../core/metric/table.ts';
import { GRAINS, type Grain } from '../core/time/time.ts';
import { chunksOf } from '../warehouses/lake/chunks.ts';
import { type Lake, pathsIn } from '../warehouses/lake/lake.ts';
import { allFilesOf, type Manifest } from '../warehouses/lake/manifest.ts';
import { Bindings, identifier, rowsOfFiles } from '../warehouses/lake/sql.ts';

/** What a lake holds of a table's rows of one grain. */
export interface LakeGrain {
  readonly files: number;
  readonly bytes: number;
  /** The combinations of dimensions that have rows; undefined if they weren't counted. */
  readonly series: number | undefined;
}

/**
 * Looks at the files that a manifest names, and counts the series in them.
 * @param table the table, if its columns are known; undefined: series aren't counted
 * @throws EngineError if a file can't be read
 */
export async function lakeFacts(
  lake: Lake,
  { name, manifest, table }: { name: string; manifest: Manifest; table: Table | undefined },
  signal: AbortSignal,
): Promise<ReadonlyMap<Grain, LakeGrain>> {
  const facts = new Map<Grain, LakeGrain>();
  for (const grain of GRAINS) {
    const own = [...manifest.partitions].filter(([partition]) => partitionSpan(partition).grain === grain);
    if (own.length === 0) continue;
    const files = own.flatMap(([, partition]) => allFilesOf(partition));
    let bytes = 0;
    for (const path of pathsIn(lake, name, files)) bytes += await sizeOf(path);
    // Totals have a row for each combination, so they tell the same with less to read.
    const read = own.flatMap(([, partition]) =>
      partition.totals === undefined ? partition.files : [partition.totals],
    );
    facts.set(grain, {
      files: files.length,
      bytes,
      series: table && (await seriesIn(lake, table, read, signal)),
    });
  }
  return facts;
}

/** Counts combinations of dimensions. DuckDB spills what doesn't fit into its memory. */
async function seriesIn(
  lake: Lake,
  table: Table,
  files: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const bindings = new Bindings();
  const from = rowsOfFiles(pathsIn(lake, table.name, files), bindings);
  const names = table.dimensions.map((column) => identifier(column.name)).join(', ');
  const sql = `SELECT CAST(count(*) AS DOUBLE) FROM (SELECT DISTINCT hash(${names}) FROM ${from}) AS series`;
  for await (const chunk of chunksOf(lake, { reads: [{ table: table.name, files }], sql, bindings }, signal))
    return chunk.getRowValues(0)[0] as number;
  return 0;
}

/** The size of a file; 0 if it is missing, which `kraken check` tells. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
