import { join } from 'node:path';
import type { Disk } from '../../disk/disk.ts';
import { ensureFolder } from '../../disk/ensure-folder.ts';
import { syncFolder } from '../../files/durable.ts';
import { onFiles } from '../../files/file-error.ts';
import {
  STREAM_NAME,
  type Appended,
  type Ends,
  type EventLog,
  type Partition,
  type ReadBatch,
  type TrimRule,
} from '../event-log.ts';
import { LogClosedError, StreamNameError } from '../log-errors.ts';
import { FileLogReader, streamsIn } from './file-log-reader.ts';
import type { Timing } from './group-commit.ts';
import { PartitionWriter, type PartitionDeps, type PartitionSettings } from './partition-writer.ts';
import { recoverPartition } from './recover.ts';
import { Space } from './space.ts';
import { LockGuard, type WriterLock } from './writer-lock.ts';

export interface FileLogSettings extends PartitionSettings {
  /** The maximum that all streams hold together, queued appends included. */
  readonly maxBytes: number;
}

/** Settings that fit a laptop and a server alike. Only `maxBytes` depends on what the disk can spare. */
export const FILE_LOG_SETTINGS: FileLogSettings = {
  maxBytes: 10 * 2 ** 30,
  segmentBytes: 64 * 2 ** 20,
  segmentMs: 3_600_000,
  maxAppendBytes: 8 * 2 ** 20,
  maxWaitMs: 10,
  maxGroupBytes: 4 * 2 ** 20,
  maxQueuedBytes: 16 * 2 ** 20,
};

export interface FileLogOptions {
  readonly folder: string;
  readonly disk: Disk;
  readonly timing: Timing;
  /** Returns eight random bytes. */
  readonly randomTag: () => Buffer;
  /** Takes the lock of the folder, which exists by then: `lockFolder`. @throws LogLockedError */
  readonly lock: () => Promise<WriterLock>;
  readonly settings: FileLogSettings;
}

/** The embedded event log. One process writes it; others may read it (`FileLogReader`). */
export class FileLog implements EventLog {
  readonly #folder: string;
  readonly #deps: PartitionDeps;
  readonly #lock: WriterLock;
  readonly #reader: FileLogReader;
  readonly #writers = new Map<string, PartitionWriter>();
  /** Streams that are being created. */
  readonly #opening = new Map<string, Promise<PartitionWriter>>();
  #closed: Promise<void> | undefined;

  private constructor(folder: string, deps: PartitionDeps, lock: WriterLock) {
    this.#folder = folder;
    this.#deps = deps;
    this.#lock = lock;
    this.#reader = new FileLogReader(deps.disk, folder, (stream) => this.#writers.get(stream)?.next ?? 0);
  }

  /**
   * Opens the log of a folder, creates the folder if it is missing, and repairs what a crash has left.
   * @throws LogLockedError if another process writes the log, EventLogError if a newer Kraken wrote it,
   *   EngineError if the disk fails
   */
  static open({ folder, lock, ...options }: FileLogOptions): Promise<FileLog> {
    return onFiles(async () => {
      const { disk, timing, settings } = options;
      await ensureFolder(folder, disk);
      const held = await lock();
      try {
        const guard = new LockGuard(held, timing);
        const log = new FileLog(folder, { ...options, guard, space: new Space(settings.maxBytes) }, held);
        await syncFolder(folder, disk);
        for (const stream of await streamsIn(disk, folder)) await log.#recover(stream);
        return log;
      } catch (error) {
        await held.release();
        throw error;
      }
    });
  }

  async append(stream: string, values: readonly Uint8Array[]): Promise<Appended> {
    if (!STREAM_NAME.test(stream)) throw new StreamNameError(stream);
    if (values.length === 0) throw new RangeError('a batch has at least one value');
    const writer = this.#writers.get(stream) ?? (await this.#writerOf(stream));
    const first = await writer.append(values);
    return { stream, partition: 0, first, last: first + values.length - 1 };
  }

  async trim({ stream }: Partition, rule: TrimRule): Promise<number> {
    if (this.#closed) throw new LogClosedError();
    return (await this.#writers.get(stream)?.trim(rule)) ?? 0;
  }

  streams(): Promise<string[]> {
    return this.#reader.streams();
  }

  partitions(stream: string): Promise<Partition[]> {
    return this.#reader.partitions(stream);
  }

  ends(partition: Partition): Promise<Ends> {
    return this.#reader.ends(partition);
  }

  read(partition: Partition, from: number, maxBytes: number): Promise<ReadBatch> {
    return this.#reader.read(partition, from, maxBytes);
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#opening.values());
    await this.#reader.close();
    const closed = await Promise.allSettled([...this.#writers.values()].map((writer) => writer.close()));
    await this.#lock.release();
    for (const result of closed) if (result.status === 'rejected') throw result.reason as Error;
  }

  /** Returns the writer of a stream. Creates the writer and the stream if they are missing. */
  async #writerOf(stream: string): Promise<PartitionWriter> {
    if (this.#closed) throw new LogClosedError();
    const opening = this.#opening.get(stream) ?? this.#make(stream);
    this.#opening.set(stream, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(stream);
    }
  }

  #make(stream: string): Promise<PartitionWriter> {
    return onFiles(async () => {
      await this.#deps.disk.mkdir(join(this.#folder, stream), { recursive: true });
      await syncFolder(this.#folder, this.#deps.disk);
      return this.#recover(stream);
    });
  }

  async #recover(stream: string): Promise<PartitionWriter> {
    const folder = join(this.#folder, stream);
    const writer = new PartitionWriter(folder, await recoverPartition(this.#deps.disk, folder), this.#deps);
    this.#writers.set(stream, writer);
    writer.publish();
    return writer;
  }
}
