import { HOUR_MS, type Ordinal } from '../core/time/time.ts';
import { onFiles } from '../files/file-error.ts';
import { LoaderLeaseError } from '../raw/raw-lease.ts';
import { type Closing, closingOf } from './closing.ts';
import { HourMaker, type HourMakerParts, type Outcome } from './hour-maker.ts';
import { type HourTask, type PlanOptions, type PlanState, tasksOf } from './plan.ts';
import type { RawSources } from './raw-hours.ts';
import { upkeep } from './upkeep.ts';

export interface RefinerParts extends HourMakerParts {
  /** Reads the raw tables as they are now. */
  readonly sources: () => Promise<RawSources>;
  /** The files that readers need, by their paths in the table's folder. */
  readonly pinned: () => Promise<ReadonlySet<string>>;
  /** Rejects if the lease was lost. */
  readonly assertHeld: () => Promise<void>;
}

export interface RefineOptions extends PlanOptions {
  /** Whether hours are closed even if much of them is missing. */
  readonly ignoresLoss: boolean;
  /** Called after each hour. */
  readonly onHour?: (done: HourDone) => void;
  /** Ends it after the hour that is under way. */
  readonly signal: AbortSignal;
}

export type HourDone = HourTask & Outcome;

/** What a run came to. */
export interface Refined {
  readonly done: readonly HourDone[];
  readonly closing: Closing;
}

/** Makes views of raw rows, hour by hour. One at a time: it has the lease. */
export class Refiner {
  readonly #parts: RefinerParts;
  readonly #hours: HourMaker;

  constructor(parts: RefinerParts) {
    this.#parts = parts;
    this.#hours = new HourMaker(parts);
  }

  /** Returns what is to be done now. */
  async tasks(options: PlanOptions): Promise<HourTask[]> {
    const found: HourTask[] = [];
    for await (const task of tasksOf(this.#state(await this.#parts.sources()), options)) found.push(task);
    return found;
  }

  /**
   * Does what is to be done, closes hours, and removes what nobody needs. Each hour is committed by itself, so the next
   * run continues one that ended early.
   * @throws LoaderLeaseError if another writer has taken over; EngineError
   */
  run(options: RefineOptions): Promise<Refined> {
    return this.#whileHeld(async () => {
      const done: HourDone[] = [];
      let last: Ordinal = -Infinity;
      for (;;) {
        // Compaction replaces raw files meanwhile, so they are looked up for each hour.
        const sources = await this.#parts.sources();
        const task = options.signal.aborted ? undefined : await this.#next(sources, options, last);
        if (!task) break;
        last = task.hour;
        const what = { ...task, ...(await this.#do(task, sources, options.signal)) };
        done.push(what);
        options.onHour?.(what);
      }
      const sources = await this.#parts.sources();
      const closing = await this.#close(sources, options.ignoresLoss);
      await upkeep(this.#parts, sources);
      return { done, closing };
    });
  }

  /**
   * Removes the keys of days whose raw rows say nothing about persons any more, and files that nobody reads.
   * @returns the days whose keys were removed
   */
  forget(): Promise<Ordinal[]> {
    return this.#whileHeld(async () => upkeep(this.#parts, await this.#parts.sources()));
  }

  async #do({ hour, kind }: HourTask, sources: RawSources, signal: AbortSignal): Promise<Outcome> {
    if (kind === 'make') return this.#hours.make(hour, sources, signal);
    if (kind === 'look') return this.#hours.look(hour, sources, signal);
    return { views: 0, isChanged: false };
  }

  /** Closes hours, as far as all hours before are made of what was loaded. */
  async #close(sources: RawSources, ignoresLoss: boolean): Promise<Closing> {
    const { table } = this.#parts;
    const closing = closingOf(sources, table.manifest.closedMs, ignoresLoss);
    let { closedMs } = closing;
    for await (const { hour, kind } of tasksOf(this.#state(sources), { again: false })) {
      const startMs = hour * HOUR_MS;
      if (kind === 'keep' || startMs < table.manifest.closedMs) continue;
      closedMs = Math.min(closedMs, startMs);
      break;
    }
    await table.close(closedMs);
    return { ...closing, closedMs: table.manifest.closedMs };
  }

  async #next(sources: RawSources, options: PlanOptions, after: Ordinal): Promise<HourTask | undefined> {
    for await (const task of tasksOf(this.#state(sources), options, after)) return task;
    return undefined;
  }

  #state(sources: RawSources): PlanState {
    const { table, keys, rules } = this.#parts;
    return {
      sources,
      rules,
      hours: (day) => table.hours(day),
      hasKey: async (day) => (await keys.read(day)) !== undefined,
    };
  }

  /** Gives errors their type: what fails because another writer has taken over fails by that. */
  async #whileHeld<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await onFiles(work);
    } catch (cause) {
      if (cause instanceof LoaderLeaseError) throw cause;
      await this.#parts.assertHeld().catch(() => {
        throw new LoaderLeaseError('another process refines: this one stood still for too long', { cause });
      });
      throw cause;
    }
  }
}
