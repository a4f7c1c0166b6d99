import { resolve } from 'node:path';
import type { Lease } from '../../core/lease.ts';
import type { Table } from '../../core/metric/table.ts';
import type { Clock } from '../../core/time/time.ts';
import { makeFolder, tryFolder } from '../../files/make-folder.ts';
import { PlaceError } from '../../files/place-error.ts';
import type { Engine } from './engine.ts';
import type { Manifest, PartitionFiles } from './manifest.ts';

/** A folder of tables, and what reads and writes it. */
export interface Lake {
  readonly folder: string;
  /** Where unfinished work lies; on the same file system, so that a rename makes it live. */
  readonly temporary: string;
  readonly engine: Engine;
  readonly manifests: ManifestStore;
  readonly clock: Clock;
  /** Puts the files of partitions into the folder, where they don't lie there by themselves. */
  readonly bring?: (
    table: Table,
    partitions: ReadonlyMap<string, PartitionFiles>,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** Where the manifests of a lake are kept: what they name is what there is. */
export interface ManifestStore {
  /** @throws EngineError when the manifest can't be read, is of a newer format, or damaged */
  of(table: string): Promise<Manifest | undefined>;
  /** Every table's, by name, and a text that is another one when any of them is. */
  all(): Promise<{ revision: string; tables: ReadonlyMap<string, Manifest> }>;
  /** Makes a change seen, all of it at once. The files that the new manifest names are in their places. */
  replace(replacement: Replacement): Promise<void>;
}

export interface Replacement {
  readonly table: Table;
  readonly manifest: Manifest;
  /** To be held at the moment of the change. */
  readonly lease: HeldLease;
  readonly signal: AbortSignal;
}

/** A lease that can be lost. */
export interface HeldLease extends Lease {
  /** @throws EngineError when it was released, or somebody has taken over from a process that stood still */
  assertHeld(): Promise<void>;
}

/**
 * The absolute path of a lake's folder, which is made where there is none.
 * @throws PlaceError when it can't be made, or its name is one that DuckDB takes for a pattern
 */
export function makeLakeFolder(folder: string): string {
  return makeFolder(lakeNamed(folder));
}

/** Whether a lake can lie there is tried, and nothing is left behind. @throws PlaceError as `makeLakeFolder` does */
export function tryLakeFolder(folder: string, makes = true): void {
  tryFolder(lakeNamed(folder), makes);
}

/** @throws PlaceError */
function lakeNamed(folder: string): string {
  const root = resolve(folder);
  if (/[*?[\]{}]/.test(root)) {
    throw new PlaceError(root, 'it has one of * ? [ ] { } in its name, which stand for patterns');
  }
  return root;
}
