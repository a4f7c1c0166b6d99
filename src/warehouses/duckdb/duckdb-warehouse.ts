import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EngineError } from '../../core/engine-error.ts';
import type { Lease } from '../../core/lease.ts';
import type { TableState } from '../../core/table-state.ts';
import type { Rows } from '../../core/table.ts';
import type { Clock } from '../../core/time.ts';
import type { Change, Select, Warehouse, Written } from '../warehouse.ts';
import { Engine } from '../../lake/engine.ts';
import { onFiles } from '../../files/file-error.ts';
import type { Lake } from '../../lake/lake.ts';
import { acquireLease, type FileLease } from '../../files/file-lease.ts';
import { Manifests } from '../../lake/manifest.ts';
import { select } from './select.ts';
import { sweepTable, sweepTemporaries } from '../../lake/sweep.ts';
import { write } from '../../lake/write.ts';

/**
 * Opens a folder of Hive-style Parquet partitions, and makes it where there is none. DuckDB reads
 * it from memory and locks nothing: any number of processes may have it open.
 * @throws EngineError when DuckDB doesn't start, the folder can't be made, its name is one that it takes for a pattern,
 * or a table's manifest is damaged or of a newer format
 */
export async function openDuckdbWarehouse(
  folder: string,
  clock: Clock = { now: Date.now },
): Promise<Warehouse> {
  const root = resolve(folder);
  if (/[*?[\]{}]/.test(root)) {
    throw new EngineError(
      'duckdb',
      `the folder ${root} has one of * ? [ ] { } in its name, which stand for patterns.`,
    );
  }
  await mkdir(root, { recursive: true }).catch((cause: unknown) => {
    throw new EngineError('duckdb', `can't make the folder ${root}: ${(cause as Error).message}`, { cause });
  });
  const manifests = new Manifests(root);
  await manifests.all();
  const temporary = join(root, '_tmp');
  const engine = await Engine.open(temporary);
  return new DuckdbWarehouse({ folder: root, temporary, engine, manifests, clock });
}

class DuckdbWarehouse implements Warehouse {
  readonly #lake: Lake;
  #lease: FileLease | undefined;
  #writing: Promise<Written> | undefined;
  #closing: Promise<void> | undefined;

  constructor(lake: Lake) {
    this.#lake = lake;
  }

  async states(signal: AbortSignal): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }> {
    this.#assertOpen();
    signal.throwIfAborted();
    const { revision, tables } = await this.#lake.manifests.all();
    return { revision, tables: new Map([...tables].map(([name, { state }]) => [name, state])) };
  }

  async *select(query: Select, signal: AbortSignal): AsyncGenerator<Rows> {
    this.#assertOpen();
    yield* select(this.#lake, query, signal);
  }

  async write(change: Change, signal: AbortSignal): Promise<Written> {
    this.#assertOpen();
    signal.throwIfAborted();
    const lease = this.#lease;
    if (!lease) throw new EngineError('duckdb', 'a write needs the lease');
    if (this.#writing) throw new EngineError('duckdb', 'another write is under way');
    this.#writing = write(this.#lake, lease, change, signal);
    try {
      return await this.#writing;
    } finally {
      this.#writing = undefined;
    }
  }

  async lease(holder: string, signal: AbortSignal): Promise<Lease> {
    this.#assertOpen();
    const { folder, temporary, manifests, clock } = this.#lake;
    const lease = await onFiles(() => acquireLease(join(folder, '_lease.json'), holder, signal));
    if (this.#closing) {
      await onFiles(() => lease.release());
      this.#assertOpen();
    }
    this.#lease = lease;
    const release = async () => {
      if (this.#lease === lease) this.#lease = undefined;
      await onFiles(() => lease.release());
    };
    try {
      await onFiles(() => sweepTemporaries(temporary));
      for (const [table, manifest] of (await manifests.all()).tables) {
        await onFiles(() => sweepTable(join(folder, table), manifest, clock.now()));
      }
    } catch (error) {
      await release();
      throw error;
    }
    return { release };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#writing?.catch(() => undefined);
    await this.#lease?.release();
    this.#lease = undefined;
    await this.#lake.engine.close();
  }

  #assertOpen(): void {
    if (this.#closing) throw new EngineError('duckdb', 'the warehouse is closed');
  }
}
