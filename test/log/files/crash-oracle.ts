import assert from 'node:assert/strict';
import type { EventLogReader } from '../../../src/log/event-log.ts';

const STREAMS = ['views', 'edits'];

/**
 * Knows what a log has acknowledged and what a loader has read of it. The loader's progress is durable
 * at once, as if it were kept elsewhere; so the log must never take back what it has let it read.
 */
export class CrashOracle {
  #attempts = 0;
  /** The acknowledged records: `stream:position` to the value. */
  readonly #acknowledged = new Map<string, string>();
  /** The records that the loader has read: `stream:position` to the value. */
  readonly #read = new Map<string, string>();
  readonly #progress = new Map<string, number>();
  readonly #trimmed = new Map<string, number>();

  /** Makes values that no other attempt has. */
  values(count: number): Uint8Array[] {
    return Array.from({ length: count }, () => Buffer.from(`record ${++this.#attempts}`.padEnd(40, '.')));
  }

  acknowledge(stream: string, first: number, values: readonly Uint8Array[]): void {
    for (const [index, value] of values.entries()) {
      this.#note(this.#acknowledged, stream, first + index, textOf(value));
    }
  }

  trimmedTo(stream: string, first: number): void {
    this.#trimmed.set(stream, Math.max(first, this.#trimmed.get(stream) ?? 0));
  }

  /** The position up to which the loader has read a stream. */
  progressOf(stream: string): number {
    return this.#progress.get(stream) ?? 0;
  }

  /** Reads each stream from the loader's position to its end. */
  async load(log: EventLogReader): Promise<void> {
    for (const stream of STREAMS) {
      for (;;) {
        const from = this.progressOf(stream);
        const { records, next } = await log.read({ stream, partition: 0 }, from, 100);
        for (const { position, value } of records) {
          this.#note(this.#read, stream, position, textOf(value));
        }
        this.#progress.set(stream, next);
        if (next === from) break;
      }
    }
  }

  /** Checks what a new process finds: no trimmed records, and the rest as the loader has read it. */
  async look(log: EventLogReader): Promise<void> {
    for (const stream of STREAMS) {
      const partition = { stream, partition: 0 };
      const { first } = await log.ends(partition);
      assert.ok(first >= (this.#trimmed.get(stream) ?? 0), `${stream}: what was trimmed came back`);
      for (let from = first; from < this.progressOf(stream);) {
        const { records, next } = await log.read(partition, from, 1_000);
        for (const { position, value } of records) {
          const before = this.#read.get(`${stream}:${position}`);
          if (before !== undefined) assert.equal(textOf(value), before, 'reading again gives the same');
        }
        assert.ok(next > from);
        from = next;
      }
    }
  }

  /** Checks everything that must hold at the end, whatever has happened. */
  async verify(log: EventLogReader): Promise<void> {
    await this.load(log);
    await this.look(log);
    for (const [place, value] of this.#acknowledged) {
      assert.equal(this.#read.get(place), value, `${value} was acknowledged at ${place}`);
    }
    const values = [...this.#read.values()];
    assert.equal(new Set(values).size, values.length, 'nothing was read twice');
  }

  #note(map: Map<string, string>, stream: string, position: number, value: string): void {
    const place = `${stream}:${position}`;
    assert.ok(!map.has(place), `${place} was given twice`);
    map.set(place, value);
  }
}

function textOf(value: Uint8Array): string {
  return Buffer.from(value).toString();
}
