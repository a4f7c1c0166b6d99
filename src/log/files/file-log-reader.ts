import { join } from 'node:path';
import type { Disk } from '../../disk/disk.ts';
import { onFiles } from '../../files/file-error.ts';
import { STREAM_NAME, type Ends, type EventLogReader, type Partition, type ReadBatch } from '../event-log.ts';
import { LogClosedError } from '../log-errors.ts';
import { DurableMark } from './mark.ts';
import { PartitionReader } from './partition-reader.ts';

/** Lists the names of the streams in a log's folder, sorted. */
export async function streamsIn(disk: Disk, folder: string): Promise<string[]> {
  return (await disk.list(folder)).filter((name) => STREAM_NAME.test(name)).toSorted();
}

/**
 * Reads the embedded event log of a folder while another process writes it. If that writer was killed or lost power
 * and none has started since, the reader may stop before the last durable record: only a writer can establish where
 * the log ends.
 */
export class FileLogReader implements EventLogReader {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #durable: ((stream: string) => number) | undefined;
  readonly #readers = new Map<string, PartitionReader>();
  readonly #marks: DurableMark[] = [];
  #closed = false;

  /**
   * @param durable returns the position up to which a stream is durable; given if this process writes the log
   */
  constructor(disk: Disk, folder: string, durable?: (stream: string) => number) {
    this.#disk = disk;
    this.#folder = folder;
    this.#durable = durable;
  }

  streams(): Promise<string[]> {
    return this.#while(() => streamsIn(this.#disk, this.#folder));
  }

  /** Each stream has one partition. */
  async partitions(stream: string): Promise<Partition[]> {
    return (await this.streams()).includes(stream) ? [{ stream, partition: 0 }] : [];
  }

  async ends(partition: Partition): Promise<Ends> {
    const reader = await this.#readerOf(partition);
    return reader ? this.#while(() => reader.ends()) : { first: 0, next: 0 };
  }

  async read(partition: Partition, from: number, maxBytes: number): Promise<ReadBatch> {
    const reader = await this.#readerOf(partition);
    return reader ? this.#while(() => reader.read(from, maxBytes)) : { records: [], next: from };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const mark of this.#marks) await mark.close();
  }

  /** Returns undefined if the stream doesn't exist yet. */
  async #readerOf({ stream }: Partition): Promise<PartitionReader | undefined> {
    const known = this.#readers.get(stream);
    if (known || !(await this.streams()).includes(stream)) return known;
    const folder = join(this.#folder, stream);
    const reader = new PartitionReader(
      this.#disk,
      folder,
      { stream, partition: 0 },
      this.#durableOf(stream, folder),
    );
    this.#readers.set(stream, reader);
    return reader;
  }

  #durableOf(stream: string, folder: string): () => Promise<number> {
    const durable = this.#durable;
    if (durable) return () => Promise.resolve(durable(stream));
    const mark = new DurableMark(this.#disk, folder);
    this.#marks.push(mark);
    return () => mark.read();
  }

  #while<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new LogClosedError());
    return onFiles(work);
  }
}
