import { EventLogError } from '../../../src/log/log-errors.ts';
import type { EventLog } from '../../../src/log/event-log.ts';

const BATCH = 5;

export interface Comparison {
  /** Batches. */
  readonly acknowledged: number;
  readonly refused: number;
  /** Acknowledged, but not there, or not where it was said. */
  readonly lost: number;
  /** There more than once. */
  readonly twice: number;
  /** There in part. */
  readonly torn: number;
  /** Refused, and not there. */
  readonly unseen: number;
}

/** Senders, each to a stream of its own, who keep what was acknowledged and what wasn't. */
export class Senders {
  readonly #log: EventLog;
  readonly #streams: readonly string[];
  /** By stream: what was said of each batch, in the order in which they were sent. */
  readonly #said = new Map<string, (number | undefined)[]>();
  readonly #running: Promise<unknown>;
  #stopped = false;
  #acknowledged = 0;

  constructor(log: EventLog, count: number) {
    this.#log = log;
    this.#streams = Array.from({ length: count }, (_, index) => `sender-${index}`);
    this.#running = Promise.all(this.#streams.map((stream) => this.#send(stream)));
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Reads all streams and compares. */
  async compare(): Promise<Comparison> {
    const sum = { acknowledged: 0, refused: 0, lost: 0, twice: 0, torn: 0, unseen: 0 };
    for (const stream of this.#streams) {
      const positions = await this.#positionsOf(stream);
      for (const [batch, first] of (this.#said.get(stream) ?? []).entries()) {
        const found = Array.from({ length: BATCH }, (_, index) => positions.get(`${batch} ${index}`) ?? []);
        const counts = found.map(({ length }) => length);
        const isThere = found.every(([position], index) => position === (first ?? 0) + index);
        sum.acknowledged += first === undefined ? 0 : 1;
        sum.refused += first === undefined ? 1 : 0;
        sum.lost += first !== undefined && !isThere ? 1 : 0;
        sum.twice += counts.some((count) => count > 1) ? 1 : 0;
        sum.torn += new Set(counts).size > 1 ? 1 : 0;
        sum.unseen += first === undefined && counts.every((count) => count === 0) ? 1 : 0;
      }
    }
    return sum;
  }

  async #send(stream: string): Promise<void> {
    const said: (number | undefined)[] = [];
    this.#said.set(stream, said);
    for (let batch = 0; !this.#stopped; batch++) {
      const values = Array.from({ length: BATCH }, (_, index) => Buffer.from(`${batch} ${index}`));
      try {
        const { first } = await this.#log.append(stream, values);
        said.push(first);
        this.#acknowledged++;
      } catch (error) {
        if (!(error instanceof EventLogError)) throw error;
        said.push(undefined);
      }
    }
  }

  /** Of each value, where it is. */
  async #positionsOf(stream: string): Promise<ReadonlyMap<string, number[]>> {
    const partition = { stream, partition: 0 };
    const positions = new Map<string, number[]>();
    for (let { first: from } = await this.#log.ends(partition); ;) {
      const { records, next } = await this.#log.read(partition, from, 1_000_000);
      if (records.length === 0) return positions;
      for (const { position, value } of records) {
        const text = Buffer.from(value).toString();
        positions.set(text, [...(positions.get(text) ?? []), position]);
      }
      from = next;
    }
  }
}
