/** An event of a feed, as every client gets it. */
export interface FeedEvent {
  /** `next` is a whole answer; all others are about rows. */
  readonly type: 'point' | 'provisional' | 'correction' | 'reset' | 'next';
  /** JSON. */
  readonly data: string;
  /** What a client has seen after it; undefined if the event changes nothing about that. */
  readonly id: string | undefined;
}

/** Events that are sent at once. All clients of a feed share them, and the bytes that they become. */
export interface Chunk {
  readonly events: readonly FeedEvent[];
  /** The id of what was seen after it. */
  readonly id: string;
  /** The characters of its feed's chunks up to its end. How far two chunks are apart follows from it. */
  readonly end: number;
  /** The bytes, by the name of what writes them, made by the first client that needs them. */
  readonly bytes: Map<string, Buffer>;
  /** The chunk after it. Chunks that every client has passed are held by nobody. */
  next: Chunk | undefined;
}

/** A chunk has at least one event, and ends when it has so many characters. */
const CHUNK_CHARS = 16 * 1024;
/** The size of an event besides its data and id, about. */
const EVENT_CHARS = 32;

/** Puts events into chunks. @param id of what was seen before @param end of the chunk before */
export function chunksOf(events: readonly FeedEvent[], id: string, end: number): Chunk[] {
  const chunks: Chunk[] = [];
  let from = 0;
  let size = 0;
  let seen = id;
  let at = end;
  events.forEach((event, i) => {
    size += event.data.length + (event.id?.length ?? 0) + EVENT_CHARS;
    seen = event.id ?? seen;
    if (size < CHUNK_CHARS && i < events.length - 1) return;
    at += size;
    chunks.push({ events: events.slice(from, i + 1), id: seen, end: at, bytes: new Map(), next: undefined });
    from = i + 1;
    size = 0;
  });
  return chunks;
}
