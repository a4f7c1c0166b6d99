import { invalidParameter } from '../../core/problem.ts';
import { NOTHING_SEEN } from '../../feed/event-id.ts';
import { matches } from '../http/conditional.ts';
import { CACHE_CONTROL, STANDING_HEADERS } from '../http/headers.ts';
import { ENDS } from './ends.ts';
import { eventJson, type Writing } from './frames.ts';
import type { PollAnswer } from './poll.ts';

/*
 * The read half of the protocol of Durable Streams (github.com/durable-streams/durable-streams, PROTOCOL.md): an answer is a
 * stream of JSON messages, which are the events of this API. An offset is what an id is elsewhere.
 */

/** How an answer is read by this protocol. */
export interface DurableReading {
  /** How it goes on behind what there is. */
  readonly live: 'long-poll' | 'sse' | undefined;
  /** The offset that is read from: `-1` from the beginning, `now` behind all that there is. */
  readonly offset: string;
  /** What shared caches tell rounds of readers apart by. It grows. */
  readonly cursor: number;
  /** The ETags that a client has, as If-None-Match lists them. */
  readonly known: string | undefined;
}

export const BEGINNING = '-1';
export const NOW = 'now';

/** Ids of several questions are joined by commas, which no offset has. */
const JOINT = { id: ',', offset: '!' };
const OFFSET = /^(?:-1|[A-Za-z0-9_~.*!-]{1,8000})$/;
/** How long a cursor stands for, in ms, and since when they are counted. */
const CURSOR_MS = 20_000;
const CURSORS_SINCE = Date.UTC(2024, 9, 9);
/** The maximum number of rounds by which a cursor is advanced that would come again. */
const MAX_JITTER = 180;

/** Reads an offset. @throws Problem */
export function offsetAsked(text: string): string {
  if (OFFSET.test(text)) return text;
  throw invalidParameter('offset', 'offset is no offset of a stream.', '-1, now, or a Stream-Next-Offset');
}

/** The id that an offset stands for; undefined for one that stands for none. */
export function idOfOffset(offset: string): string | undefined {
  return offset === BEGINNING || offset === NOW ? undefined : offset.replaceAll(JOINT.offset, JOINT.id);
}

/** The cursor of an answer: later than the one that the client sent. @param random from 0 to 1 */
export function nextCursor(sent: string | undefined, nowMs: number, random: number): number {
  const current = Math.floor((nowMs - CURSORS_SINCE) / CURSOR_MS);
  const known = /^\d{1,12}$/.test(sent ?? '') ? Number(sent) : -1;
  return known < current ? current : known + 1 + Math.floor(random * MAX_JITTER);
}

const HEADERS = {
  ...STANDING_HEADERS,
  'access-control-expose-headers': 'etag, stream-next-offset, stream-cursor, stream-up-to-date',
  'cross-origin-resource-policy': 'cross-origin',
};

/** Answers with all messages that a client lacks. */
export function durableAnswer({ live, offset, cursor, known }: DurableReading): PollAnswer {
  return (events, id) => {
    const next = offsetOf(id);
    // What lies between two offsets never changes.
    const etag = `"${offset}:${next}"`;
    const headers = {
      ...HEADERS,
      'cache-control': CACHE_CONTROL.never,
      'stream-next-offset': next,
      'stream-up-to-date': 'true',
      ...(live && { 'stream-cursor': String(cursor) }),
      ...(!live && offset !== NOW && { etag }),
    };
    if (live && events.length === 0) return { status: 204, headers };
    if (!live && offset !== NOW && matches(known, etag)) return { status: 304, headers };
    return {
      status: 200,
      headers: { ...headers, 'content-type': 'application/json' },
      body: Buffer.from(`[${events.join(',')}]`),
    };
  };
}

/** Writes an answer as server-sent events of this protocol: `data` with messages, then `control` with the offset behind them. */
export function durableEvents({ cursor }: DurableReading): Writing {
  const control = (id: string, isLast: boolean): string =>
    `event: control\ndata:${JSON.stringify({
      streamNextOffset: offsetOf(id),
      streamCursor: String(cursor),
      ...(isLast && { upToDate: true }),
    })}\n\n`;
  const chunk: Writing['chunk'] = (events, id, isLast) => {
    const messages = events.map((event) => eventJson(event.type, event.data, event.id));
    return `event: data\ndata:[${messages.join(',')}]\n\n${control(id, isLast)}`;
  };
  return {
    name: 'durable',
    type: 'text/event-stream',
    headers: { ...HEADERS, 'cache-control': 'no-cache, no-store, no-transform' },
    event: (type, data, id = NOTHING_SEEN) => chunk([{ type, data, id }], id, false),
    chunk,
    heartbeat: (_, id = NOTHING_SEEN) => control(id, true),
    end: (reason) => `: ${ENDS[reason]}\n\n`,
  };
}

function offsetOf(id: string): string {
  return id === NOTHING_SEEN ? BEGINNING : id.replaceAll(JOINT.id, JOINT.offset);
}
