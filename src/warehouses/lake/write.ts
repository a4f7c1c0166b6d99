import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { DuckDBConnection } from '@duckdb/node-api';
import { partitionSpan } from '../../core/time/partition.ts';
import { type Coverages, EMPTY_STATE, type PartitionState } from '../../core/time/table-state.ts';
import type { Table } from '../../core/metric/table.ts';
import type { Change, Cover, Removal, Repeats, Written } from '../warehouse.ts';
import { changeCoverage } from './coverage-change.ts';
import { type Engine, withFolder } from './engine.ts';
import { makeFolderDurably, renameDurably } from '../../files/durable.ts';
import { onFiles } from '../../files/file-error.ts';
import type { HeldLease, Lake } from './lake.ts';
import type { Making } from './making.ts';
import { type Manifest, type PartitionFiles, versionFolder } from './manifest.ts';
import { derivedFrom } from './derived.ts';
import { createLists, dropMerged, merge, type Merged, type NewRows, type Part, writePart } from './merge.ts';
import { addedRows, stage } from './staging.ts';
import { repeatsIn, combineRepeats } from './repeats.ts';
import { inGrace, sweepTable } from './sweep.ts';

/**
 * The maximum number of rows in a group of partitions that are merged together: one query costs more than the
 * rows of a few partitions. Derived rows have more memory.
 */
const GROUP_ROWS = { given: 400_000, derived: 1_200_000 };
/** Given rows with more texts than this get a lower maximum, because sorting holds them in memory. */
const GROUP_TEXTS = 4;

/** A partition's new rows, still among the temporary files. */
interface Rewritten extends Merged {
  /** Undefined if no row is left. */
  readonly path: string | undefined;
}

/**
 * Stages the rows, merges each partition that they touch with the stored rows, writes those that differ
 * beside the live files, and publishes all of them by replacing the manifest.
 */
export async function write(
  lake: Lake,
  making: Making,
  lease: HeldLease,
  change: Change,
  signal: AbortSignal,
): Promise<Written> {
  const { table } = change;
  const home = join(lake.folder, table.name);
  const before = await lake.manifests.of(table.name);
  await onFiles(() => sweepTable(lake.folder, table.name, before, lake.clock.now()));
  return withFolder(join(lake.temporary, `write-${randomUUID()}`), async (folder) => {
    const added = await addedBy(lake, making, change, folder, signal);
    const parts = touchedParts(home, before, added, change.remove);
    const touched = new Set(parts.map(({ partition }) => partition));
    const stored = [...(before?.partitions ?? [])].filter(([name]) => touched.has(name));
    await lake.bring?.(table, new Map(stored), signal);
    const repeats: Repeats[] = [];
    const onMerged = async (connection: DuckDBConnection, group: readonly Part[]): Promise<void> => {
      repeats.push(...(await repeatsIn(connection, table, added, group)));
    };
    const rewritten = await rewrite(
      lake.engine,
      { making, table, added, parts, before, folder, ...(change.onRepeats ? { onMerged } : {}) },
      signal,
    );
    if (repeats.length > 0) change.onRepeats?.(combineRepeats(repeats));
    const state = before?.state ?? EMPTY_STATE;
    const covers = change.covers();
    const changeIn = (coverage: Coverages, claims: readonly Cover[]) =>
      changeCoverage(coverage, change.remove, claims, rewritten.keys());
    const covered = changeIn(state.coverage, covers);
    const own = changeIn(state.ownTraffic ?? new Map(), change.isOwnTraffic ? covers : []).coverage;
    const changed = [...new Set([...rewritten.keys(), ...covered.partitions])].sort();
    const madeFrom = change.madeFrom ?? state.madeFrom;
    const isSame =
      changed.length === 0 &&
      isDeepStrictEqual(madeFrom, state.madeFrom) &&
      isDeepStrictEqual(own, state.ownTraffic ?? new Map());
    if (isSame) return { state, changed, rows: added.rows };

    const version = state.version + (changed.length === 0 ? 0 : 1);
    const states = new Map(state.partitions);
    const partitions = new Map(before?.partitions);
    for (const name of changed) {
      states.set(name, nextState(state.partitions.get(name), version, rewritten.get(name)));
    }
    signal.throwIfAborted();
    await lease.assertHeld();
    const moves = [...rewritten].map(async ([name, { path, digest }]) => {
      if (path) {
        const moved = await onFiles(() => moveIn(home, name, version, path));
        partitions.set(name, { files: [moved], digest });
      } else partitions.delete(name);
    });
    await Promise.all(moves);
    const now = lake.clock.now();
    const manifest: Manifest = {
      state: {
        version,
        partitions: states,
        coverage: covered.coverage,
        ...(madeFrom ? { madeFrom } : {}),
        ...(own.size > 0 ? { ownTraffic: own } : {}),
      },
      partitions,
      superseded: [
        ...(before ? inGrace(before, now) : []),
        ...[...rewritten.keys()].flatMap((name) =>
          (before?.partitions.get(name)?.files ?? []).map((path) => ({ path, since: now })),
        ),
      ],
    };
    await onFiles(() => makeFolderDurably(home));
    await lease.assertHeld();
    await lake.manifests.replace({ table, manifest, lease, signal });
    return { state: manifest.state, changed, rows: added.rows };
  });
}

/** Returns the rows of a change: staged, or to be derived from another table. */
async function addedBy(
  lake: Lake,
  making: Making,
  change: Change,
  folder: string,
  signal: AbortSignal,
): Promise<NewRows> {
  const { table, rows } = change;
  if (Symbol.asyncIterator in rows)
    return addedRows(table, await stage(lake.engine, table, rows, folder, signal));
  return derivedFrom(lake, making, table, rows);
}

function nextState(
  before: PartitionState | undefined,
  version: number,
  rewritten: Rewritten | undefined,
): PartitionState {
  return {
    version,
    removed: rewritten && rewritten.vanished > 0 ? version : (before?.removed ?? 0),
    rows: rewritten ? rewritten.rows : (before?.rows ?? 0),
  };
}

/** Returns the partitions that have staged rows, in the order of the runs, then those that only lose rows. */
function touchedParts(
  home: string,
  before: Manifest | undefined,
  added: NewRows,
  removals: readonly Removal[],
): Part[] {
  const names = new Set(added.partitions.keys());
  const reaching = (name: string): Removal[] => {
    const span = partitionSpan(name);
    return removals.filter((r) => r.grain === span.grain && r.first <= span.last && span.first <= r.last);
  };
  for (const name of before?.partitions.keys() ?? []) if (reaching(name).length > 0) names.add(name);
  return [...names].map((partition, number) => ({
    partition,
    number,
    files: (before?.partitions.get(partition)?.files ?? []).map((path) => join(home, path)),
    removals: reaching(partition),
  }));
}

/** Merges the partitions group by group, and writes those whose rows changed to the folder. */
async function rewrite(
  engine: Engine,
  work: {
    readonly making: Making;
    readonly table: Table;
    readonly added: NewRows;
    readonly parts: readonly Part[];
    readonly before: Manifest | undefined;
    readonly folder: string;
    readonly onMerged?: (connection: DuckDBConnection, group: readonly Part[]) => Promise<void>;
  },
  signal: AbortSignal,
): Promise<Map<string, Rewritten>> {
  const { making, table, added, parts, before, folder, onMerged } = work;
  const rewritten = new Map<string, Rewritten>();
  if (parts.length === 0) return rewritten;
  const weight = ({ partition }: Part) =>
    (added.partitions.get(partition) ?? 0) + (before?.state.partitions.get(partition)?.rows ?? 0);
  const texts = table.dimensions.length + table.entry.length;
  const maxRows = added.distinct ? GROUP_ROWS.derived : GROUP_ROWS.given * Math.min(1, GROUP_TEXTS / texts);
  const rewriteAll = async (connection: DuckDBConnection) => {
    if (added.distinct) await making.begin(connection);
    await createLists(connection, table, added);
    for (const group of groupsOf(parts, weight, maxRows)) {
      signal.throwIfAborted();
      const merged = await merge(connection, table, added, group);
      await onMerged?.(connection, group);
      const waiting = group.values();
      const writeParts = async (by: DuckDBConnection) => {
        for (const part of waiting) {
          const result = merged.get(part.number) as Merged;
          if (isAsBefore(result, before?.partitions.get(part.partition))) continue;
          signal.throwIfAborted();
          const path = result.rows > 0 ? join(folder, `part-${part.number}.parquet`) : undefined;
          if (path) await writePart(by, table, part.number, path);
          rewritten.set(part.partition, { ...result, path });
        }
      };
      // Two files at a time, because a single thread writes the end of each.
      const other = group.length > 1 ? [engine.use(signal, writeParts)] : [];
      await allDone([writeParts(connection), ...other]);
    }
  };
  await engine.use(signal, rewriteAll, dropMerged);
  return rewritten;
}

/** Waits for all of the work even if some of it fails, so that nothing continues after the error. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  for (const done of await Promise.allSettled(work)) if (done.status === 'rejected') throw done.reason;
}

function isAsBefore(merged: Merged, before: PartitionFiles | undefined): boolean {
  return merged.rows === 0 ? before === undefined : merged.digest === before?.digest;
}

function groupsOf(parts: readonly Part[], weight: (part: Part) => number, maxRows: number): Part[][] {
  const groups: Part[][] = [];
  let room = 0;
  for (const part of parts) {
    const rows = weight(part);
    if (rows > room) {
      groups.push([]);
      room = maxRows;
    }
    groups.at(-1)?.push(part);
    room -= rows;
  }
  return groups;
}

/** Moves a file to its place in the lake so that it survives a loss of power. */
async function moveIn(home: string, partition: string, version: number, from: string): Promise<string> {
  const file = await open(from, 'r+');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
  const folder = versionFolder(partition, version);
  const path = `${folder}/0.parquet`;
  await makeFolderDurably(join(home, folder));
  await renameDurably(from, join(home, path));
  return path;
}
