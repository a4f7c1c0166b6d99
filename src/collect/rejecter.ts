import type { Clock } from '../core/time/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { REJECT_BODY, REJECTS } from '../streams/rejects.ts';
import type { Counts } from './counts.ts';

/** A refused event or text, for the stream `rejects`. */
export interface Reject {
  readonly stream?: string;
  readonly reason: string;
  readonly source: string;
  /** What was sent; undefined if it may not be kept. */
  readonly body?: string;
  /** The id by which a repetition is recognised. */
  readonly id?: string;
  /** The host that numbered the event, and the number, so that it doesn't count as lost. */
  readonly hostname?: string;
  readonly sequence?: number;
}

/** How many rejects are written per second on average, and at once, so that nobody fills the disk with them. */
const PER_SECOND = 20;
const AT_ONCE = 500;
/** The maximum number of rejects that wait to be written. */
const WAITING = 500;

/** Writes rejects in the background, as far as there is room. Accepted events never wait for them. */
export class Rejecter {
  readonly #log: Pick<EventLog, 'append'>;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #counts: Counts;
  #waiting: { readonly value: Buffer; readonly id: string }[] = [];
  #writing: Promise<void> | undefined;
  #left = AT_ONCE;
  #filledMs: number;

  constructor(log: Pick<EventLog, 'append'>, clock: Clock, newId: () => string, counts: Counts) {
    this.#log = log;
    this.#clock = clock;
    this.#newId = newId;
    this.#counts = counts;
    this.#filledMs = clock.now();
  }

  add({ stream, reason, source, body, id, hostname, sequence }: Reject): void {
    const now = this.#clock.now();
    this.#left = Math.min(AT_ONCE, this.#left + (Math.max(0, now - this.#filledMs) / 1000) * PER_SECOND);
    this.#filledMs = now;
    if (this.#left < 1 || this.#waiting.length >= WAITING) {
      this.#counts.rejectLost();
      return;
    }
    this.#left--;
    const record = {
      meta: { stream: REJECTS.name, id: id ?? this.#newId(), dt: new Date(now).toISOString() },
      ...(stream !== undefined && { stream: stream.slice(0, 200) }),
      reason: reason.slice(0, 1000),
      source: source.slice(0, 1000),
      ...(body !== undefined && { body: body.slice(0, REJECT_BODY) }),
      ...(hostname !== undefined && { hostname: hostname.slice(0, 255) }),
      ...(sequence !== undefined && { sequence }),
    };
    this.#waiting.push({ value: Buffer.from(JSON.stringify(record)), id: record.meta.id });
    this.#writing ??= this.#write();
  }

  /** Waits until all rejects are written. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const values = batch.map(({ value }) => value);
        await this.#log.append(
          REJECTS.name,
          values,
          batch.map(({ id }) => id),
        );
        this.#counts.accepted(REJECTS.name, batch.length);
      } catch {
        for (const _ of batch) this.#counts.rejectLost();
      }
    }
    this.#writing = undefined;
  }
}
