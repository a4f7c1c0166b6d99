import type { Chunk, FeedEvent } from '../../feed/chunk.ts';
import { ENDS, type EndReason } from './ends.ts';

/** The events of rows, and those that say how things are, and that nothing more comes. */
type EventType = FeedEvent['type'] | 'heartbeat' | 'end';

/** How events become bytes. */
export interface Writing {
  readonly name: string;
  /** The media type. */
  readonly type: string;
  /** Headers besides the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Writes one event of a chunk. @param id undefined if the event has none */
  readonly event: (type: FeedEvent['type'], data: string, id?: string) => string;
  /**
   * Writes the events of a chunk together, if they aren't written one by one.
   * @param id what the client has seen after it, of all its answers
   * @param isLast whether that is all there is
   */
  readonly chunk?: (events: readonly FeedEvent[], id: string, isLast: boolean) => string;
  /**
   * Writes that the connection is alive.
   * @param data JSON
   * @param id what the client has seen
   * @param retryMs how long a client should wait before it comes back
   */
  readonly heartbeat: (data: string, id?: string, retryMs?: number) => string;
  /** Writes the last event of a connection. @param retryMs when to come back */
  readonly end: (reason: EndReason, retryMs: number, more?: object) => string;
}

/** Writes an event of any type. */
type WriteEvent = (type: EventType, data: string, id?: string, retryMs?: number) => string;

/**
 * Server-sent events. Some clients take the id of an event that was cut off for the whole event, so the data come
 * before the id; and some take a block without data for an event, so there is none.
 */
export const SSE: Writing = writing('sse', 'text/event-stream; charset=utf-8', (type, data, id, retryMs) => {
  const retry = retryMs === undefined ? '' : `retry: ${retryMs}\n`;
  return `event: ${type}\ndata: ${withoutLineEnds(data)}\n${retry}${id === undefined ? '' : `id: ${id}\n`}\n`;
});

/** NDJSON: one event on each line. */
export const NDJSON: Writing = writing(
  'ndjson',
  'application/x-ndjson; charset=utf-8',
  (type, data, id) => `${eventJson(type, data, id)}\n`,
);

/** A way of writing in which heartbeats and the end are events like any other. */
function writing(name: string, type: string, event: WriteEvent): Writing {
  return {
    name,
    type,
    event,
    heartbeat: (data, id, retryMs) => event('heartbeat', data, id, retryMs),
    end: (reason, retryMs, more = {}) => {
      const data = JSON.stringify({ reason, detail: ENDS[reason], retryMs, ...more });
      return event('end', data, undefined, retryMs);
    },
  };
}

/** An event as a JSON object. */
export function eventJson(type: EventType, data: string, id: string | undefined): string {
  const member = id === undefined ? '' : `,"id":${JSON.stringify(id)}`;
  return `{"event":"${type}","data":${withoutLineEnds(data)}${member}}`;
}

/** The bytes of a chunk. All clients of one question share them. */
export function bytesOf(chunk: Chunk, { name, event }: Writing): Buffer {
  let bytes = chunk.bytes.get(name);
  if (!bytes) {
    bytes = Buffer.from(chunk.events.map(({ type, data, id }) => event(type, data, id)).join(''));
    chunk.bytes.set(name, bytes);
  }
  return bytes;
}

/** The characters that some clients take for the end of a line, and JSON doesn't escape. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

export function withoutLineEnds(json: string): string {
  return json.replace(LINE_ENDS, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
