import { EngineError } from '../../core/engine-error.ts';
import type { Lease } from '../../core/lease.ts';
import { onFiles } from '../../files/file-error.ts';
import type { Change, Written } from '../warehouse.ts';
import type { HeldLease, Lake } from './lake.ts';
import { Making } from './making.ts';
import { sweepTable, sweepTemporaries } from './sweep.ts';
import { write } from './write.ts';

interface LakeWriterOptions {
  /** The engine's name in errors. */
  readonly engine: string;
  readonly lake: Lake;
  /** Waits for the right to write, as `Warehouse.lease` describes. */
  readonly acquire: (holder: string, signal: AbortSignal) => Promise<HeldLease>;
  /** Runs each time the lease is taken, after the sweep of the lake. */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
}

/** The writing half of a warehouse whose tables are a lake. It holds the lease and does one write at a time. */
export class LakeWriter {
  readonly #options: LakeWriterOptions;
  readonly #making: Making;
  #lease: HeldLease | undefined;
  #writing: Promise<Written> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LakeWriterOptions) {
    this.#options = options;
    this.#making = new Making(options.lake.engine);
  }

  /** See `Warehouse.write`. */
  async write(change: Change, signal: AbortSignal): Promise<Written> {
    this.#assertOpen();
    signal.throwIfAborted();
    const { engine, lake } = this.#options;
    const lease = this.#lease;
    if (!lease) throw new EngineError(engine, 'a write needs the lease: call lease() first');
    if (this.#writing) throw new EngineError(engine, 'another write is under way');
    this.#writing = write(lake, this.#making, lease, change, signal);
    try {
      return await this.#writing;
    } finally {
      this.#writing = undefined;
    }
  }

  /** See `Warehouse.lease`. */
  async lease(holder: string, signal: AbortSignal): Promise<Lease> {
    this.#assertOpen();
    const lease = await this.#options.acquire(holder, signal);
    if (this.#closing) {
      await lease.release();
      this.#assertOpen();
    }
    this.#lease = lease;
    const release = async () => {
      if (this.#lease === lease) this.#lease = undefined;
      await this.#making.end().catch(() => undefined);
      await lease.release();
    };
    try {
      await this.#tidy();
      await this.#options.prepare?.(signal);
      this.#assertOpen();
    } catch (error) {
      await release();
      throw error;
    }
    return { release };
  }

  /** Waits for the write in progress and releases the lease. Further calls wait for the same. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #tidy(): Promise<void> {
    const { folder, temporary, manifests, clock } = this.#options.lake;
    await onFiles(() => sweepTemporaries(temporary));
    for (const [table, manifest] of (await manifests.all()).tables) {
      await onFiles(() => sweepTable(folder, table, manifest, clock.now()));
    }
  }

  async #close(): Promise<void> {
    await this.#writing?.catch(() => undefined);
    await this.#making.end().catch(() => undefined);
    await this.#lease?.release();
    this.#lease = undefined;
  }

  #assertOpen(): void {
    if (this.#closing) throw new EngineError(this.#options.engine, 'the warehouse is closed');
  }
}
