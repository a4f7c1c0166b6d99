import { join, resolve } from 'node:path';
import type { Lease } from '../../core/lease.ts';
import type { Table } from '../../core/metric/table.ts';
import type { Clock } from '../../core/time/time.ts';
import { makeFolder, tryFolder } from '../../files/make-folder.ts';
import { PlaceError } from '../../files/place-error.ts';
import type { Engine } from './engine.ts';
import type { Manifest, PartitionFiles } from './manifest.ts';

/** A folder of tables, with what reads and writes it. */
export interface Lake {
  readonly folder: string;
  /** The folder of unfinished work. It is on the same file system, so that a rename makes its files live. */
  readonly temporary: string;
  readonly engine: Engine;
  readonly manifests: ManifestStore;
  readonly clock: Clock;
  /** How long the history of a table is kept, in ms; undefined if the lake keeps none. */
  readonly keepMs?: number;
  /** Whether partitions get totals, which only this process's engine reads. */
  readonly keepsTotals?: boolean;
  /** Copies the files of partitions into the folder, if the lake's files are kept elsewhere. */
  readonly bring?: (
    table: Table,
    partitions: ReadonlyMap<string, PartitionFiles>,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** The store of a lake's manifests. Only the files that a manifest names belong to a table. */
export interface ManifestStore {
  /** Returns a table's manifest. @throws EngineError when it can't be read, is damaged or has a newer format */
  of(table: string): Promise<Manifest | undefined>;
  /** Returns every table's manifest by name, and a revision that changes whenever one of them does. */
  all(): Promise<{ revision: string; tables: ReadonlyMap<string, Manifest> }>;
  /** Publishes a change at once. The files that the new manifest names are already in their places. */
  replace(replacement: Replacement): Promise<void>;
}

export interface Replacement {
  readonly table: Table;
  readonly manifest: Manifest;
  /** Must be held at the moment of the change. */
  readonly lease: HeldLease;
  readonly signal: AbortSignal;
}

/** A lease that can be lost. */
export interface HeldLease extends Lease {
  /** @throws EngineError when it was released, or when another process took over because this one stood still */
  assertHeld(): Promise<void>;
}

/** Returns the absolute paths of a table's files, which manifests name by their places in the table's folder. */
export function pathsIn({ folder }: Pick<Lake, 'folder'>, table: string, files: readonly string[]): string[] {
  return files.map((path) => join(folder, table, path));
}

/**
 * Returns the absolute path of a lake's folder, and makes the folder if it is missing.
 * @throws PlaceError when it can't be made, or when DuckDB would take its name for a pattern
 */
export function makeLakeFolder(folder: string): string {
  return makeFolder(lakeNamed(folder));
}

/** Checks that a lake can lie in a folder, and leaves nothing behind. @throws PlaceError as `makeLakeFolder` does */
export function tryLakeFolder(folder: string, makes = true): void {
  tryFolder(lakeNamed(folder), makes);
}

/** @throws PlaceError */
function lakeNamed(folder: string): string {
  const root = resolve(folder);
  if (/[*?[\]{}]/.test(root)) {
    throw new PlaceError(root, 'its path must not contain * ? [ ] { }, which DuckDB takes for patterns');
  }
  return root;
}
