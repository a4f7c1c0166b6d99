import type { Appended } from '../../src/log/event-log.ts';

/** An event of the log, as it was written. */
export type Written = Record<string, unknown> & { meta: { stream: string; id: string; dt: string } };

/** A log that only keeps what is appended, for tests that look at what is written. */
export class MemoryLog {
  readonly values = new Map<string, Written[]>();
  /** The keys of a stream's last batch. */
  readonly keys = new Map<string, readonly string[]>();
  /** Thrown at the next appends, while there is one. */
  error: Error | undefined;

  append(stream: string, values: readonly Uint8Array[], keys?: readonly string[]): Promise<Appended> {
    if (this.error) return Promise.reject(this.error);
    if (keys) this.keys.set(stream, keys);
    const held = this.values.get(stream) ?? [];
    this.values.set(stream, held);
    const first = held.length;
    for (const value of values) held.push(JSON.parse(Buffer.from(value).toString()) as Written);
    return Promise.resolve({ stream, partition: 0, first, last: held.length - 1 });
  }

  of(stream: string): readonly Written[] {
    return this.values.get(stream) ?? [];
  }
}
