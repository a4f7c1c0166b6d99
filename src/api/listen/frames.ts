import type { Chunk, FeedEvent } from '../../feed/chunk.ts';

/** The events that aren't about rows: how things are, and that nothing more comes. */
export type EventType = FeedEvent['type'] | 'heartbeat' | 'end';

/** How events become bytes. */
export interface Writing {
  readonly name: string;
  /** The media type. */
  readonly type: string;
  /**
   * Writes one event.
   * @param data JSON
   * @param id undefined if the event has none
   * @param retryMs how long a client should wait before it comes back
   */
  readonly event: (type: EventType, data: string, id?: string, retryMs?: number) => string;
}

/**
 * Server-sent events. Some clients take the id of an event that was cut off for the whole event, so the data come
 * before the id; and some take a block without data for an event, so there is none.
 */
export const SSE: Writing = {
  name: 'sse',
  type: 'text/event-stream; charset=utf-8',
  event: (type, data, id, retryMs) => {
    const retry = retryMs === undefined ? '' : `retry: ${retryMs}\n`;
    return `event: ${type}\ndata: ${withoutLineEnds(data)}\n${retry}${id === undefined ? '' : `id: ${id}\n`}\n`;
  },
};

/** NDJSON: one event on each line. */
export const NDJSON: Writing = {
  name: 'ndjson',
  type: 'application/x-ndjson; charset=utf-8',
  event: (type, data, id) => `${eventJson(type, data, id)}\n`,
};

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

function withoutLineEnds(json: string): string {
  return json.replace(LINE_ENDS, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
