import { HOUR_MS } from '../core/time/time.ts';
import type { EventLogReader, Partition } from '../log/event-log.ts';
import { LogDamageError, PositionGoneError } from '../log/log-errors.ts';
import type { Stream } from '../streams/stream.ts';
import {
  type Batch,
  type BatchLimits,
  placeBatch,
  readBatch,
  sealedHoursOf,
  withBatch,
} from './load-batch.ts';
import { EXAMPLES, type RawManifest } from './manifest.ts';
import type { RawTable } from './raw-table.ts';
import type { RowWriter } from './row-writer.ts';

/**
 * How long after an event was stamped it may come into the log: so far behind the clock is the
 * watermark of a partition that was read to its end.
 */
export const SLACK_MS = 10_000;

export interface StreamLoaderParts {
  readonly log: EventLogReader;
  readonly rows: RowWriter;
  readonly table: RawTable;
  readonly now: () => number;
  readonly limits: BatchLimits;
  /** Whether to go on behind records that the log has lost. */
  readonly skipLost: boolean;
}

/** What one round of a stream came to. */
export interface Round {
  readonly records: number;
  /** Why a partition isn't loaded on. */
  readonly stopped?: PositionGoneError | LogDamageError;
}

/** Loads a stream from the log into its raw table. */
export class StreamLoader {
  readonly #parts: StreamLoaderParts;

  constructor(parts: StreamLoaderParts) {
    this.#parts = parts;
  }

  /**
   * Loads what there is, until each partition's end was seen or the signal is aborted. Each batch is committed by
   * itself.
   * @throws LoaderLeaseError, EngineError
   */
  async round(stream: Stream, signal: AbortSignal): Promise<Round> {
    const { log, now } = this.#parts;
    let records = 0;
    let stopped: Round['stopped'];
    const reached: number[] = [];
    for (const place of await log.partitions(stream.name)) {
      const begun = now();
      try {
        const loaded = await this.#partition(stream, place, signal);
        records += loaded.records;
        const newest = this.#parts.table.manifest.partitions.get(place.partition)?.newestMs ?? 0;
        reached.push(loaded.isEnd ? begun - SLACK_MS : Math.min(newest, now()));
      } catch (error) {
        if (!(error instanceof PositionGoneError || error instanceof LogDamageError)) throw error;
        stopped = error;
        reached.push(0);
      }
    }
    if (reached.length > 0) await this.#advance(Math.min(...reached));
    return { records, ...(stopped && { stopped }) };
  }

  /** @throws PositionGoneError, LogDamageError unless they are to be passed */
  async #partition(
    stream: Stream,
    place: Partition,
    signal: AbortSignal,
  ): Promise<{ records: number; isEnd: boolean }> {
    let records = 0;
    let pending: Promise<Batch> | undefined;
    try {
      for (;;) {
        const batch = await (pending ?? this.#read(stream, place, await this.#from(place)));
        pending = undefined;
        if (batch.next === batch.from) {
          await batch.staging.drop();
          return { records, isEnd: batch.isEnd };
        }
        // The next one is read while rows are made of this one.
        if (!batch.isEnd && !signal.aborted) {
          pending = this.#read(stream, place, batch.next);
          pending.catch(() => undefined);
        }
        await this.#load(stream, batch);
        records += batch.records;
        if (batch.isEnd || signal.aborted) return { records, isEnd: batch.isEnd };
      }
    } finally {
      await pending?.then((batch) => batch.staging.drop()).catch(() => undefined);
    }
  }

  async #load(stream: Stream, batch: Batch): Promise<void> {
    const { table, now } = this.#parts;
    const placed = await placeBatch(table, stream, batch);
    await table.commit(async (before) =>
      withBatch(before, placed, await sealedHoursOf(table, placed), now()),
    );
  }

  /** Where a partition is read on. */
  async #from(place: Partition): Promise<number> {
    const { log, table } = this.#parts;
    return table.manifest.partitions.get(place.partition)?.next ?? (await log.ends(place)).first;
  }

  async #read(stream: Stream, place: Partition, from: number): Promise<Batch> {
    const { log, rows, limits, skipLost } = this.#parts;
    try {
      return await readBatch(log, rows, stream, place, from, limits);
    } catch (error) {
      if (!skipLost) throw error;
      const to = behind(error);
      if (to === undefined || to === from) throw error;
      await this.#skip(place, from, to, (error as Error).message);
      return readBatch(log, rows, stream, place, to, limits);
    }
  }

  async #skip({ partition }: Partition, from: number, to: number, reason: string): Promise<void> {
    await this.#parts.table.commit((before) => {
      const newestMs = before.partitions.get(partition)?.newestMs ?? 0;
      return {
        ...before,
        partitions: new Map([...before.partitions, [partition, { next: to, newestMs }]]),
        skipped: [...before.skipped, { partition, from, to, reason }].slice(-EXAMPLES),
      };
    });
  }

  /** Moves the watermark on: with the next commit of rows, or now where it closes an hour. */
  async #advance(toMs: number): Promise<void> {
    const { table } = this.#parts;
    const before = table.manifest.watermarkMs;
    if (Math.floor(toMs / HOUR_MS) <= Math.floor(before / HOUR_MS)) return;
    await table.commit((manifest) => withWatermark(manifest, toMs));
  }
}

/** Hours that it closes are counted once more: what they don't have did not happen. */
function withWatermark(before: RawManifest, watermarkMs: number): RawManifest {
  const closed = [...before.hours.keys()].filter((hour) => {
    const end = (hour + 1) * HOUR_MS;
    return before.watermarkMs < end && end <= watermarkMs;
  });
  const uncounted = [...new Set([...before.uncounted, ...closed])].sort((a, b) => a - b);
  return { ...before, watermarkMs, uncounted };
}

/** Where reading can go on behind what is lost; undefined where the error is another one. */
function behind(error: unknown): number | undefined {
  if (error instanceof LogDamageError) return error.to;
  // Of another log all is read: what was loaded already is found by its ids.
  return error instanceof PositionGoneError ? error.ends.first : undefined;
}
