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
import { EXAMPLES, type RawManifest, type SkippedPositions } from './manifest.ts';
import { keepWhole } from './keep-whole.ts';
import type { RawTable } from './raw-table.ts';
import type { RowWriter } from './row-writer.ts';
import type { StreamTable } from './stream-table.ts';

/**
 * How long after an event was stamped it may come into the log: so far behind the clock is the
 * watermark of a partition that was read to its end.
 */
export const SLACK_MS = 10_000;

export interface StreamLoaderParts {
  readonly log: EventLogReader;
  readonly rows: RowWriter;
  readonly table: StreamTable;
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

/** What a partition of a stream is loaded into. */
interface Target {
  readonly stream: Stream;
  readonly place: Partition;
  readonly table: RawTable;
}

/** Loads a stream from the log into its raw table. */
export class StreamLoader {
  readonly #parts: StreamLoaderParts;

  constructor(parts: StreamLoaderParts) {
    this.#parts = parts;
  }

  /**
   * Loads what there is of its partitions, until each one's end was seen or the signal is aborted. Each batch is committed by
   * itself.
   * @throws LoaderLeaseError, EngineError
   */
  async round(stream: Stream, signal: AbortSignal): Promise<Round> {
    const { log, now, table: whole } = this.#parts;
    let records = 0;
    let stopped: Round['stopped'];
    const reached = new Map<RawTable, number>();
    const places = await log.partitions(stream.name);
    for (const place of places) {
      const table = await whole.into(place.partition);
      if (!table) continue;
      const begun = now();
      let toMs = 0;
      try {
        const loaded = await this.#partition({ stream, place, table }, signal);
        records += loaded.records;
        const newest = table.manifest.partitions.get(place.partition)?.newestMs ?? 0;
        toMs = loaded.isEnd ? begun - SLACK_MS : Math.min(newest, now());
      } catch (error) {
        if (!(error instanceof PositionGoneError || error instanceof LogDamageError)) throw error;
        stopped = error;
      }
      reached.set(table, Math.min(toMs, reached.get(table) ?? Infinity));
    }
    for (const [table, toMs] of reached) await advance(table, toMs);
    const partitions = places.map(({ partition }) => partition);
    await keepWhole(whole, partitions, now());
    return { records, ...(stopped && { stopped }) };
  }

  /** @throws PositionGoneError, LogDamageError unless they are to be passed */
  async #partition(target: Target, signal: AbortSignal): Promise<{ records: number; isEnd: boolean }> {
    let records = 0;
    let pending: Promise<Batch> | undefined;
    try {
      for (;;) {
        const batch = await (pending ?? this.#read(target, await this.#from(target)));
        pending = undefined;
        if (batch.next === batch.from) {
          await batch.staging.drop();
          return { records, isEnd: batch.isEnd };
        }
        // The next one is read while rows are made of this one.
        if (!batch.isEnd && !signal.aborted) {
          pending = this.#read(target, batch.next);
          pending.catch(() => undefined);
        }
        await this.#load(target, batch);
        records += batch.records;
        if (batch.isEnd || signal.aborted) return { records, isEnd: batch.isEnd };
      }
    } finally {
      await pending?.then((batch) => batch.staging.drop()).catch(() => undefined);
    }
  }

  async #load({ stream, table }: Target, batch: Batch): Promise<void> {
    const { table: whole, now } = this.#parts;
    const placed = await placeBatch(table, stream, batch, await whole.filesBefore());
    await table.commit(async (before) =>
      withBatch(before, placed, await sealedHoursOf(table, placed), now()),
    );
  }

  /** Where a partition is read on. */
  async #from({ place, table }: Target): Promise<number> {
    const { log, table: whole } = this.#parts;
    const { partition } = place;
    const loaded = table.manifest.partitions.get(partition) ?? (await whole.before(partition));
    return loaded?.next ?? (await log.ends(place)).first;
  }

  async #read({ stream, place, table }: Target, from: number): Promise<Batch> {
    const { log, rows, limits, skipLost } = this.#parts;
    const into = { rows, table: table.folder.path };
    try {
      return await readBatch(log, into, stream, place, from, limits);
    } catch (error) {
      if (!skipLost) throw error;
      const to = behind(error);
      if (to === undefined || to === from) throw error;
      await skip(table, { partition: place.partition, from, to, reason: (error as Error).message });
      return readBatch(log, into, stream, place, to, limits);
    }
  }
}

async function skip(table: RawTable, skipped: SkippedPositions): Promise<void> {
  const { partition, to } = skipped;
  await table.commit((before) => {
    const newestMs = before.partitions.get(partition)?.newestMs ?? 0;
    return {
      ...before,
      partitions: new Map([...before.partitions, [partition, { next: to, newestMs }]]),
      skipped: [...before.skipped, skipped].slice(-EXAMPLES),
    };
  });
}

/** Moves the watermark on: with the next commit of rows, or now where it closes an hour. */
async function advance(table: RawTable, toMs: number): Promise<void> {
  const before = table.manifest.watermarkMs;
  if (Math.floor(toMs / HOUR_MS) <= Math.floor(before / HOUR_MS)) return;
  await table.commit((manifest) => withWatermark(manifest, toMs));
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
