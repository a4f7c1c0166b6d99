import type { Ends, EventLogReader, LogRecord, Partition, ReadBatch } from '../../src/log/event-log.ts';

/** A log of one stream in memory, of several partitions, as Kafka has them: it outlives who reads it. */
export class PartedLog implements EventLogReader {
  readonly #stream: string;
  readonly #records: LogRecord[][];
  readonly #now: () => number;

  constructor(stream: string, partitions: number, now: () => number) {
    this.#stream = stream;
    this.#records = Array.from({ length: partitions }, () => []);
    this.#now = now;
  }

  append(partition: number, ...texts: readonly string[]): void {
    const records = this.#of(partition);
    for (const text of texts)
      records.push({ position: records.length, timeMs: this.#now(), value: Buffer.from(text) });
  }

  async streams(): Promise<string[]> {
    return [this.#stream];
  }

  async partitions(stream: string): Promise<Partition[]> {
    return this.#records.map((_, partition) => ({ stream, partition }));
  }

  async ends({ partition }: Partition): Promise<Ends> {
    return { first: 0, next: this.#of(partition).length };
  }

  async read({ partition }: Partition, from: number): Promise<ReadBatch> {
    const records = this.#of(partition).slice(from, from + 100);
    return { records, next: from + records.length };
  }

  async close(): Promise<void> {}

  #of(partition: number): LogRecord[] {
    return this.#records[partition] as LogRecord[];
  }
}
