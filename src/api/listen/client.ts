import type { ServerResponse } from 'node:http';
import { isoTime } from '../../core/question/as-of.ts';
import type { Chunk, FeedEvent } from '../../feed/chunk.ts';
import type { EndReason } from './ends.ts';
import { bytesOf, type Writing } from './frames.ts';
import type { Ticking } from './wheel.ts';
import { eventsOfPart, type Part } from './part.ts';

/** How long a client waits before it comes back, if nothing else is said, in ms. */
export const RETRY_MS = 3000;
/** A client that takes nothing for so long is too slow, in ms. */
const STUCK_MS = 30_000;
/** How long a client may take for what was already sent, after its end, in ms. */
const FAREWELL_MS = 10_000;

export interface ClientParts {
  readonly response: ServerResponse;
  readonly writing: Writing;
  readonly heartbeatMs: number;
  /** The characters that a client may be behind. */
  readonly maxBehind: number;
  /** When its connection ends, in ms as `performance.now` counts. */
  readonly until: number;
  readonly onEnd: (reason: EndReason | 'left') => void;
}

/** A client that is told of the changes of one or several answers on one connection. */
export class Client implements Ticking {
  slot = 0;
  readonly #is: ClientParts;
  #parts: readonly Part[] = [];
  #isBlocked = false;
  #hasEnded = false;
  /** Since when it was sent nothing, in ms. */
  #quietSince: number;

  constructor(parts: ClientParts, now: number) {
    this.#is = parts;
    this.#quietSince = now;
    parts.response.once('close', () => this.#leave('left'));
  }

  /** Says hello, sends what there is, and from then on what is new. @param wallMs the time of day, in ms since 1970 */
  start(parts: readonly Part[], wallMs: number): void {
    this.#parts = parts;
    // Some clients put what they have of an event that was cut off before the first of the next connection, and take the
    // id of the two for what they have seen. Events that are written together say that at their end.
    if (!this.#is.writing.chunk || this.#isCurrent) this.#heartbeat(wallMs, RETRY_MS);
    this.pump();
  }

  /** There may be something new. */
  readonly news = (): void => {
    if (!this.#isBlocked) return this.pump();
    if (this.#parts.some(({ behind }) => behind > this.#is.maxBehind)) this.end('slow', RETRY_MS);
  };

  /** Sends what is new, as long as the client takes it. */
  pump(): void {
    const { response } = this.#is;
    for (let place = 0; place < this.#parts.length; place++) {
      const part = this.#parts[place] as Part;
      while (!this.#isBlocked && !this.#hasEnded) {
        const before = this.#parts.length > 1 ? this.#ids() : undefined;
        const chunk = part.take();
        if (!chunk) break;
        const bytes = this.#bytesOf(chunk, before && eventsOfPart(chunk, place, before));
        this.#quietSince = performance.now();
        if (!response.write(bytes)) this.#wait();
      }
    }
  }

  /**
   * Looks at the client. Call it again after the returned time, in ms; not any more if it is undefined.
   * @param now in ms as `performance.now` counts
   */
  tick(now: number, wallMs: number): number | undefined {
    if (this.#hasEnded) return undefined;
    const { heartbeatMs, until } = this.#is;
    const quiet = now - this.#quietSince;
    if (this.#isBlocked && quiet > STUCK_MS) this.end('slow', RETRY_MS);
    else if (now >= until) this.end('lifetime', RETRY_MS);
    else if (quiet >= heartbeatMs && !this.#isBlocked) {
      this.#quietSince = now;
      this.#heartbeat(wallMs);
    }
    if (this.#hasEnded) return undefined;
    const wait = this.#isBlocked ? heartbeatMs : heartbeatMs - (now - this.#quietSince);
    return Math.min(Math.max(wait, 0), until - now);
  }

  /** Says goodbye and ends the connection. */
  end(reason: EndReason, retryMs: number, more: object = {}): void {
    if (this.#hasEnded) return;
    const { response, writing } = this.#is;
    response.write(writing.end(reason, Math.round(retryMs), more));
    response.end();
    const farewell = setTimeout(() => response.destroy(), FAREWELL_MS).unref();
    response.once('close', () => clearTimeout(farewell));
    this.#leave(reason);
  }

  /** @param told the events of the chunk among those of other answers; undefined if there are no others */
  #bytesOf(chunk: Chunk, told: readonly FeedEvent[] | undefined): string | Buffer {
    const { writing } = this.#is;
    if (writing.chunk) return writing.chunk(told ?? chunk.events, this.#ids().join(','), this.#isCurrent);
    return told
      ? told.map(({ type, data, id }) => writing.event(type, data, id)).join('')
      : bytesOf(chunk, writing);
  }

  #heartbeat(wallMs: number, retryMs?: number): void {
    if (this.#parts.length === 0) return;
    const data = heartbeatData(wallMs, this.#parts);
    const id = this.#ids().join(',');
    this.#write(this.#is.writing.heartbeat(data, id === '' ? undefined : id, retryMs));
  }

  #write(text: string): void {
    if (!this.#is.response.write(text)) this.#wait();
  }

  #wait(): void {
    this.#isBlocked = true;
    this.#is.response.once('drain', () => {
      this.#isBlocked = false;
      this.pump();
    });
  }

  get #isCurrent(): boolean {
    return this.#parts.every(({ isCurrent }) => isCurrent);
  }

  #ids(): string[] {
    return this.#parts.map(({ id }) => id);
  }

  #leave(reason: EndReason | 'left'): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const part of this.#parts) part.leave();
    this.#is.onEnd(reason);
  }
}

/**
 * What a heartbeat says: the time, what the open rows of all answers are as of, and, of a single answer without rows, what
 * may have been meant.
 */
function heartbeatData(wallMs: number, parts: readonly Part[]): string {
  const asOfs = parts.flatMap(({ state: { open } }) => (open ? [open.asOfMs] : []));
  const hint = parts.length === 1 ? parts[0]?.state.hint : undefined;
  return JSON.stringify({
    time: isoTime(wallMs),
    ...(asOfs.length === 0 ? {} : { asOf: isoTime(Math.min(...asOfs)) }),
    ...(hint === undefined ? {} : { hint }),
  });
}
