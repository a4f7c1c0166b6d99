import { setTimeout as sleep } from 'node:timers/promises';
import { abortable, untilAborted } from '../../core/abort.ts';
import { EngineError } from '../../core/engine-error.ts';
import { periodMatcher } from '../../core/cell/layout.ts';
import type { Clock } from '../../core/time/time.ts';
import type { Publication } from '../series-store.ts';
import { hbaseError } from './call-error.ts';
import { Lanes } from './lanes.ts';
import { type HbaseLease, leaseLost } from './lease.ts';
import { removeCells, removeLeftovers } from './leftovers.ts';
import type { Pool } from './pool.ts';
import { periodFilter, scanKeys } from './scan.ts';
import { begun, committed, type Failed, type Numbered, type Snapshot, type StoreRow } from './store-row.ts';
import { numbered, type Tables } from './tables.ts';

/** The timeout of one attempt to commit, and the time during which attempts are repeated, in ms. */
const COMMIT_MS = 10_000;
const COMMITS_MS = 30_000;
const COMMIT_PAUSE_MS = 500;
/** The time in which a failed publication removes what it wrote, in ms. The next publication removes the rest. */
const TAKE_BACK_MS = 10_000;

/** The dependencies of a publication. */
export interface Means {
  readonly pool: Pool;
  readonly row: StoreRow;
  readonly tables: Tables;
  readonly clock: Clock;
  /** The number of calls that write at once. */
  readonly lanes: number;
}

/**
 * One publication. Its number is the timestamp of everything that it writes, and is higher than any number
 * before. Readers ask for cells up to the last committed number, so they don't see the publication until one
 * change of the store's row commits it. The row records the number when the publication begins, so that the
 * cells of a killed one can be found.
 */
export class PublicationRun {
  readonly #means: Means;
  readonly #publication: Publication;
  readonly #lease: HbaseLease;
  readonly #signal: AbortSignal;
  /** Resolves with whether the row is known to record the beginning. */
  #beginning: Promise<boolean> = Promise.resolve(false);
  #numbered: Numbered | undefined;
  #lanes: Lanes | undefined;
  #committing = false;

  constructor(means: Means, publication: Publication, lease: HbaseLease, signal: AbortSignal) {
    this.#means = means;
    this.#publication = publication;
    this.#lease = lease;
    this.#signal = signal;
  }

  /** @returns the state of the store from now on */
  async run(): Promise<Snapshot> {
    const { pool, row, tables, clock, lanes } = this.#means;
    const { table, state } = this.#publication;
    const name = tables.name(table);
    await this.#lease.assertHeld();
    const before = await row.snapshot(this.#signal);
    const number = Math.max(before.number + 1, before.revision + 1, Math.floor(clock.now()));
    const failed = await removeLeftovers(pool, tables, before, number, this.#signal);
    this.#numbered = { number, table };
    await this.#begin(this.#numbered, failed);
    this.#lanes = new Lanes(pool, name, number, lanes, () => this.#lease.assertHeld());
    await this.#clear(this.#lanes, name, before);
    await this.#writeCells(this.#lanes);
    this.#signal.throwIfAborted();
    await this.#commit(this.#numbered, failed);
    const states = new Map(before.tables).set(table, state);
    return { revision: number, tables: states, number, pending: undefined, failed };
  }

  /**
   * Removes what a failed run wrote, as far as possible. If some of it may still be on its way, the record
   * in the row stays, and the next publication cleans up.
   */
  async takeBack(): Promise<void> {
    const { pool, row, tables } = this.#means;
    const sure = await this.#beginning;
    await this.#lanes?.stop();
    tables.forget(this.#publication.table);
    if (!this.#numbered || !sure || this.#committing || this.#lanes?.uncertain) return;
    try {
      await removeCells(pool, tables, this.#numbered, AbortSignal.timeout(TAKE_BACK_MS));
      await row.writeIfLeased(this.#lease.text, { pending: '' }, this.#numbered.number, TAKE_BACK_MS);
    } catch {
      // The next publication finds it pending.
    }
  }

  async #begin(publication: Numbered, failed: readonly Failed[]): Promise<void> {
    const columns = begun(publication, failed);
    const writing = this.#means.row.writeIfLeased(this.#lease.text, columns, publication.number);
    this.#beginning = writing.catch(() => false);
    if (!(await abortable(writing, this.#signal))) throw leaseLost();
  }

  async #clear(lanes: Lanes, name: Buffer, before: Snapshot): Promise<void> {
    const { clear, table } = this.#publication;
    if (clear.length === 0 || !(await this.#means.tables.exists(table, this.#signal))) return;
    const matches = periodMatcher(clear);
    const failed = new Set(before.failed.map(({ number }) => number));
    const filter = periodFilter(clear);
    const scan = { timeRange: numbered(0, before.revision), maxVersions: 1, ...(filter && { filter }) };
    for await (const rows of scanKeys(this.#means.pool, name, scan, this.#signal)) {
      for (const { row, cells } of rows) {
        const columns = cells
          .filter(({ value, timestamp }) => value.readInt32BE() > 0 || failed.has(timestamp?.toNumber() ?? 0))
          .map(({ qualifier }) => qualifier)
          .filter((column) => matches({ row, column }));
        if (columns.length > 0) await abortable(lanes.clear(row, columns), this.#signal);
      }
    }
  }

  async #writeCells(lanes: Lanes): Promise<void> {
    const { table, cells } = this.#publication;
    for await (const batch of untilAborted(cells, this.#signal)) {
      if (batch.length === 0) continue;
      await this.#means.tables.make(table, this.#signal);
      await abortable(lanes.write(batch), this.#signal);
    }
    await abortable(lanes.flush(), this.#signal);
  }

  /**
   * Commits the publication; an abort has no effect from here on. A commit without an answer is repeated
   * until there is one, because repeating it changes nothing.
   */
  async #commit(publication: Numbered, failed: readonly Failed[]): Promise<void> {
    const columns = committed(publication, this.#publication.state, failed);
    await this.#lease.assertHeld();
    const end = performance.now() + COMMITS_MS;
    for (;;) {
      const doubtful = this.#committing;
      this.#committing = true;
      try {
        const { row } = this.#means;
        if (await row.writeIfLeased(this.#lease.text, columns, publication.number, COMMIT_MS)) return;
        // Another process has the lease. An earlier attempt may still have succeeded before that.
        if (doubtful && isCommitted(await row.snapshot(), publication)) return;
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        if (performance.now() < end) {
          await sleep(COMMIT_PAUSE_MS);
          continue;
        }
        // If the last attempt is still on its way, it will be refused once another holder has the lease.
        this.#lease.forsake();
        throw hbaseError(`it is unknown whether the publication was committed: ${error.message}`);
      }
      this.#committing = false;
      throw leaseLost();
    }
  }
}

/** Tells whether a publication was committed before another holder of the lease began the next one. */
function isCommitted({ revision, pending, failed }: Snapshot, { number }: Numbered): boolean {
  if (pending?.number === number || failed.some((each) => each.number === number)) return false;
  return revision >= number;
}
