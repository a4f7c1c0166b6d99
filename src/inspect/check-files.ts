import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../core/engine-error.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Lake } from '../warehouses/lake/lake.ts';
import { allFilesOf, type Manifest } from '../warehouses/lake/manifest.ts';
import { pinnedNow } from '../warehouses/lake/pins.ts';
import { duckdbVersion, fileHead, rowDigest, totalsAgree } from '../warehouses/lake/proof.ts';
import { isFileOfRows, liveFilesOf } from '../warehouses/lake/sweep.ts';
import { type Finding, listed } from './finding.ts';
import type { Mending } from './mending.ts';

/** How long a file that no manifest names may belong to a change that is being made, in ms. */
const BEING_MADE_MS = 60_000;

export interface CheckedTable {
  readonly name: string;
  readonly metric: Metric | undefined;
  readonly manifest: Manifest;
  /** Whether a partition is looked at. */
  readonly isMeant: (partition: string) => boolean;
}

/**
 * Compares a table's files with its manifest: missing, cut, altered and foreign ones. What a change replaced meanwhile
 * isn't told.
 */
export async function* checkFiles(
  lake: Lake,
  table: CheckedTable,
  mending: Mending,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const { name, metric, manifest, isMeant } = table;
  const { state, partitions } = manifest;
  const version = await duckdbVersion(lake, signal);
  for (const partition of new Set([...state.partitions.keys(), ...partitions.keys()])) {
    if (!isMeant(partition)) continue;
    const what = await wrongIn(lake, table, partition, version, signal);
    if (what === undefined || (await isReplaced(lake, table, partition))) continue;
    yield {
      kind: 'lake',
      table: name,
      partition,
      what,
      mend: mending.partition(name, metric, state, partition),
    };
  }
  yield* strangers(lake, name, mending);
}

/** Says what is wrong with a partition's files; undefined if nothing is. */
async function wrongIn(
  lake: Lake,
  { name, manifest }: CheckedTable,
  partition: string,
  version: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const rows = manifest.state.partitions.get(partition)?.rows ?? 0;
  const own = manifest.partitions.get(partition);
  if (!own) return rows > 0 ? `${rows} rows are known, but no file has them` : undefined;
  let found = 0;
  let isComparable = true;
  for (const path of allFilesOf(own)) {
    const whole = join(lake.folder, name, path);
    const size = (await stat(whole).catch(() => undefined))?.size;
    if (size === undefined) return `${path} is missing`;
    if (size === 0) return `${path} is empty`;
    try {
      const head = await fileHead(lake, whole, signal);
      if (own.files.includes(path)) found += head.rows;
      isComparable &&= head.writtenBy.includes(version);
    } catch (error) {
      if (error instanceof EngineError) return `${path} is cut or damaged: ${error.message}`;
      throw error;
    }
  }
  if (found !== rows) return `its files have ${found} rows, but the manifest says ${rows}`;
  try {
    // Another DuckDB may give rows another digest.
    const digest = isComparable ? await rowDigest(lake, name, own.files, signal) : own.digest;
    if (digest !== own.digest)
      return 'its rows were altered: they have another digest than the manifest says';
    const isSame = own.totals === undefined || (await totalsAgree(lake, name, { partition, ...own }, signal));
    return isSame ? undefined : `${own.totals} isn't the sum of the rows`;
  } catch (error) {
    if (error instanceof EngineError) return `its rows can't be read: ${error.message}`;
    throw error;
  }
}

/** Whether a change has given a partition other files since the check began. */
async function isReplaced(lake: Lake, { name, manifest }: CheckedTable, partition: string): Promise<boolean> {
  const now = (await lake.manifests.of(name))?.state.partitions.get(partition)?.version;
  return now !== manifest.state.partitions.get(partition)?.version;
}

/** Finds files that a table's manifest doesn't name, and nobody reads any more. */
async function* strangers(lake: Lake, table: string, mending: Mending): AsyncGenerator<Finding> {
  const folder = join(lake.folder, table);
  const paths = (await readdir(folder, { recursive: true })).filter(isFileOfRows);
  // Read after the files, so that a change that was made meanwhile is known.
  const manifest = await lake.manifests.of(table);
  if (!manifest) return;
  const known = new Set(await pinnedNow(lake.folder, table));
  for (const path of liveFilesOf(manifest)) known.add(path);
  for (const { path } of manifest.superseded) known.add(path);
  const found: string[] = [];
  for (const path of paths) {
    if (known.has(path)) continue;
    const { ctimeMs = Infinity } = (await stat(join(folder, path)).catch(() => undefined)) ?? {};
    if (lake.clock.now() - ctimeMs > BEING_MADE_MS) found.push(path);
  }
  if (found.length === 0) return;
  yield {
    kind: 'lake',
    table,
    partition: null,
    what: `the manifest doesn't name ${listed(found)}: ${found.length === 1 ? 'a killed import left it' : 'killed imports left them'}, and the next change of the table removes it`,
    mend: [mending.removeFiles(found.map((path) => join(folder, path)))],
  };
}
