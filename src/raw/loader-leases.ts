import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LeaseHeldError } from '../core/engine-error.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import { onFiles } from '../files/file-error.ts';
import { acquireLease, type FileLease } from '../files/file-lease.ts';
import { emptyStaged } from './raw-folder.ts';
import { LoaderLeaseError, type RawLease } from './raw-lease.ts';

/** The lease of whoever loads all partitions. Whoever loads some holds it while it takes theirs. */
const ALL = '_loader.json';
const OF_PARTITION = /^_loader\.(\d+)\.json$/;

/** What a loader holds. */
export interface LoaderLeases {
  readonly all: RawLease;
  readonly of: (partition: number) => RawLease;
}

/**
 * Takes the leases of a loader.
 * @param folder that of the raw tables; it exists
 * @param partitions those that the loader takes; undefined: all, and then nobody else may have any
 * @throws LoaderLeaseError, naming who has one of them, when the signal's time is over; EngineError
 */
export async function takeLeases(
  folder: string,
  partitions: readonly number[] | undefined,
  holder: string,
  signal: AbortSignal,
): Promise<LoaderLeases> {
  const all = await take(join(folder, ALL), '', holder, signal);
  const held = new Map<number, FileLease>();
  const release = async (): Promise<void> => {
    await Promise.all([...held.values()].map((lease) => lease.release()));
    await all.release();
  };
  try {
    for (const partition of partitions ?? (await leasedPartitions(folder))) {
      const path = join(folder, `_loader.${partition}.json`);
      held.set(partition, await take(path, ` on partition ${partition}`, holder, signal));
    }
    if (!partitions) return { all: { assertHeld: () => all.assertHeld(), release }, of: () => all };
    // A loader of all that stood still, and lost its lease to this one, has nothing left to rename.
    await onFiles(async () => {
      for (const table of await tablesIn(folder)) await emptyStaged(nodeDisk, table);
    });
  } catch (error) {
    await release();
    throw error;
  }
  await all.release();
  const assertHeld = async (): Promise<void> => {
    for (const lease of held.values()) await lease.assertHeld();
  };
  return { all: { assertHeld, release }, of: (partition) => held.get(partition) as FileLease };
}

async function take(path: string, what: string, holder: string, signal: AbortSignal): Promise<FileLease> {
  try {
    return await acquireLease(path, holder, signal);
  } catch (cause) {
    if (!(cause instanceof LeaseHeldError)) throw cause;
    throw new LoaderLeaseError(`another loader is at work${what}: ${cause.holder}`, { cause });
  }
}

/** The partitions that somebody has loaded by themselves and has not given back: it may have died. */
async function leasedPartitions(folder: string): Promise<number[]> {
  const names = await onFiles(() => readdir(folder));
  return names.flatMap((name) => {
    const [, partition] = OF_PARTITION.exec(name) ?? [];
    return partition === undefined ? [] : [Number(partition)];
  });
}

async function tablesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}
