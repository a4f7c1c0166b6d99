import type { Chunk } from '../../feed/chunk.ts';
import type { Following } from '../../feed/feeds.ts';
import type { Start } from '../../feed/feed.ts';

const NONE: readonly Chunk[] = [];

/** Where a client is in one of its questions. */
export class Part {
  readonly following: Following;
  /** What it gets before it follows the feed. */
  #ahead: readonly Chunk[];
  #at = 0;
  #last: Chunk;
  #id: string;

  /** @param lastId what the client has already; empty if nothing */
  constructor(following: Following, { chunks, tail }: Start, lastId: string) {
    this.following = following;
    this.#ahead = chunks;
    this.#last = tail;
    this.#id = lastId;
  }

  /** The id of what the client has. */
  get id(): string {
    return this.#isThere ? this.following.feed.id : this.#id;
  }

  /** How many characters behind it is of what was new since it came. */
  get behind(): number {
    return this.following.feed.end - this.#last.end;
  }

  get #isThere(): boolean {
    return this.#ahead.length === 0 && this.#last.next === undefined;
  }

  /** Takes the next chunk; undefined if there is none yet. */
  take(): Chunk | undefined {
    const first = this.#ahead[this.#at++];
    const chunk = first ?? this.#last.next;
    if (this.#at >= this.#ahead.length) this.#ahead = NONE;
    if (!chunk) return undefined;
    if (!first) this.#last = chunk;
    this.#id = chunk.id;
    return chunk;
  }
}
