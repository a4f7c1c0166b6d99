import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EngineError } from '../../core/engine-error.ts';
import { partitionSpan } from '../../core/time/partition.ts';
import type { Coverages } from '../../core/time/coverage.ts';
import { EMPTY_STATE, type PartitionState } from '../../core/time/table-state.ts';
import type { Change, Cover, Removal, Repeats, Written } from '../warehouse.ts';
import { BeforeValues } from './before-values.ts';
import { changeCoverage } from './coverage-change.ts';
import { withFolder } from './engine.ts';
import { makeFolderDurably, moveDurably } from '../../files/durable.ts';
import { onFiles } from '../../files/file-error.ts';
import type { HeldLease, Lake } from './lake.ts';
import type { Making } from './making.ts';
import { allFilesOf, type Manifest, versionFolder } from './manifest.ts';
import { derivedFrom } from './derived.ts';
import type { NewRows } from './merge.ts';
import type { Part } from './part.ts';
import { addedRows } from './staged-rows.ts';
import { stage } from './staging.ts';
import { beforeFile, filesOfHistory, nextHistory } from './next-history.ts';
import { repeatsIn, combineRepeats } from './repeats.ts';
import { withoutLostFiles } from './lost-files.ts';
import { rewrite, type Rewritten } from './rewrite.ts';
import { servedBefore } from './served-before.ts';
import { inGrace, sweepTable } from './sweep.ts';
import { totalsPath } from './totals.ts';

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
  const temporary = join(lake.temporary, `write-${randomUUID()}`);
  return withAdded({ lake, making, change, temporary }, signal, async (added, folder) => {
    const touching = touchedParts(home, before, added, change.remove);
    const touched = new Set(touching.map(({ partition }) => partition));
    const stored = [...(before?.partitions ?? [])].filter(([name]) => touched.has(name));
    await lake.bring?.(table, new Map(stored), signal);
    const state = before?.state ?? EMPTY_STATE;
    const covers = change.covers();
    const mayKeep = lake.keepMs !== undefined && change.why !== undefined && table.scope !== undefined;
    const served = mayKeep ? servedBefore(state.coverage, change.remove, covers) : [];
    let repeats: Repeats[] = [];
    const onMerged = async (connection: DuckDBConnection, group: readonly Part[]): Promise<void> => {
      repeats.push(...(await repeatsIn(connection, table, added, group)));
    };
    const rewriteParts = (parts: readonly Part[], keepsBefore: boolean) =>
      rewrite(
        lake.engine,
        {
          making,
          table,
          added,
          parts,
          before,
          folder,
          keepsTotals: lake.keepsTotals ?? false,
          ...(change.onRepeats ? { onMerged } : {}),
          ...(keepsBefore ? { beforeValues: new BeforeValues(table, served) } : {}),
        },
        signal,
      );
    let isKept = mayKeep;
    const { rewritten, differences } = await rewriteParts(touching, served.length > 0).catch(
      async (error: unknown) => {
        const parts =
          error instanceof EngineError
            ? await withoutLostFiles(lake, table, { parts: touching, state }, signal)
            : undefined;
        if (!parts) throw error;
        // Nobody can say any more what the lost rows were, so the history begins again.
        isKept = false;
        repeats = [];
        return rewriteParts(parts, false);
      },
    );
    if (repeats.length > 0) change.onRepeats?.(combineRepeats(repeats));
    const changeIn = (coverage: Coverages, claims: readonly Cover[]) =>
      changeCoverage(coverage, change.remove, claims, rewritten.keys());
    const covered = changeIn(state.coverage, covers);
    const own = changeIn(state.ownTraffic ?? new Map(), change.isOwnTraffic ? covers : []).coverage;
    const changed = [...new Set([...rewritten.keys(), ...covered.partitions])].sort();
    const { madeFrom, ownMadeFrom } = change.isOwnTraffic
      ? { ...state, ownMadeFrom: change.madeFrom ?? state.ownMadeFrom }
      : { ...state, madeFrom: change.madeFrom ?? state.madeFrom };
    const isSame =
      changed.length === 0 &&
      isDeepStrictEqual(madeFrom, state.madeFrom) &&
      isDeepStrictEqual(ownMadeFrom, state.ownMadeFrom) &&
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
    const moves = [...rewritten].map(async ([name, { path, totals, digest }]) => {
      if (path) {
        const moved = `${versionFolder(name, version)}/0.parquet`;
        await onFiles(() => moveIn(home, moved, path));
        const movedTotals = totals && totalsPath(name, version);
        if (movedTotals) await onFiles(() => moveIn(home, movedTotals, totals));
        partitions.set(name, { files: [moved], digest, ...(movedTotals ? { totals: movedTotals } : {}) });
      } else partitions.delete(name);
    });
    await Promise.all(moves);
    const now = lake.clock.now();
    const made = {
      version,
      now,
      why: isKept ? change.why : undefined,
      coverage: covered.coverage,
      differences,
    };
    const history = changed.length === 0 ? state.history : nextHistory(state, made, lake.keepMs ?? 0);
    const kept = new Set(filesOfHistory(history));
    if (differences.path && kept.has(beforeFile(version)))
      await onFiles(() => moveIn(home, beforeFile(version), differences.path as string));
    const manifest: Manifest = {
      state: {
        version,
        partitions: states,
        coverage: covered.coverage,
        ...(madeFrom ? { madeFrom } : {}),
        ...(ownMadeFrom ? { ownMadeFrom } : {}),
        ...(own.size > 0 ? { ownTraffic: own } : {}),
        ...(history ? { history } : {}),
      },
      partitions,
      superseded: [
        ...(before ? inGrace(before, now) : []),
        ...[
          ...[...rewritten.keys()].flatMap((name) => {
            const own = before?.partitions.get(name);
            return own ? allFilesOf(own) : [];
          }),
          ...filesOfHistory(state.history).filter((path) => !kept.has(path)),
        ].map((path) => ({ path, since: now })),
      ],
    };
    await onFiles(() => makeFolderDurably(home));
    await lease.assertHeld();
    await lake.manifests.replace({ table, manifest, lease, signal });
    return { state: manifest.state, changed, rows: added.rows };
  });
}

/** Lends the rows of a change to `work`: staged in a temporary folder, or to be derived from another table. */
async function withAdded<T>(
  { lake, making, change, temporary }: { lake: Lake; making: Making; change: Change; temporary: string },
  signal: AbortSignal,
  work: (added: NewRows, folder: string) => Promise<T>,
): Promise<T> {
  const { table, rows } = change;
  return withFolder(temporary, async (folder) => {
    if (!(Symbol.asyncIterator in rows)) return work(await derivedFrom(lake, making, table, rows), folder);
    const staged = await stage(lake.engine, table, rows, folder, signal);
    try {
      return await work(addedRows(staged), folder);
    } finally {
      await staged.end();
    }
  });
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

/** Moves a file to its place in the table's folder so that it survives a loss of power. */
async function moveIn(home: string, path: string, from: string): Promise<void> {
  await makeFolderDurably(join(home, dirname(path)));
  await moveDurably(from, join(home, path));
}
