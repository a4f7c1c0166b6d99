import type { Open } from '../../core/question/answer.ts';
import type { Chunk, FeedEvent } from '../../feed/chunk.ts';
import type { Start } from '../../feed/feed.ts';
import type { Following } from '../../feed/feeds.ts';
import type { Follower } from '../../feed/shared-feed.ts';

/** Where a client is in one of the answers that it follows. */
export interface Part {
  /** The id of what the client has; empty if answers of its kind have no ids. */
  readonly id: string;
  /** How many characters behind it is of what was new since it came. */
  readonly behind: number;
  /** Whether the client has all there is. */
  readonly isCurrent: boolean;
  /** What the answer is as of, and what may have been meant if it has no rows. */
  readonly state: { readonly open?: Open | undefined; readonly hint?: string | undefined };
  /** Takes the next chunk; undefined if there is none yet. */
  take(): Chunk | undefined;
  /** The client follows the answer no more. */
  leave(): void;
}

/**
 * The events of a chunk as a connection with several answers has them.
 * @param place which of the answers it is of, from 0
 * @param ids what the client has of each answer; that of this one moves on
 */
export function eventsOfPart({ events }: Chunk, place: number, ids: string[]): FeedEvent[] {
  return events.map(({ type, data, id }) => {
    if (id !== undefined) ids[place] = id;
    const all = id === undefined ? undefined : ids.join(',');
    return { type, data: `{"q":${place},"data":${data}}`, id: all };
  });
}

const NONE: readonly Chunk[] = [];

/** Where a client is in the rows of a question. */
export class RowsPart implements Part {
  readonly #following: Following;
  readonly #follower: Follower;
  /** The feed's beginning when the client started; undefined while it starts again. */
  #beginning: number | undefined;
  /** What it gets before it follows the feed. */
  #ahead: readonly Chunk[];
  #at = 0;
  #last: Chunk;
  #id: string;

  /**
   * @param lastId what the client has already
   * @param follower is called when there may be something new
   */
  constructor(following: Following, start: Start, lastId: string, follower: Follower) {
    this.#following = following;
    this.#follower = follower;
    this.#beginning = start.beginning;
    this.#ahead = start.chunks;
    this.#last = start.tail;
    this.#id = lastId;
  }

  get id(): string {
    return (this.isCurrent ? this.#following.feed.id : undefined) ?? this.#id;
  }

  get behind(): number {
    return this.#following.feed.end - this.#last.end;
  }

  get isCurrent(): boolean {
    const isOn = this.#beginning === this.#following.feed.beginning;
    return isOn && this.#ahead.length === 0 && this.#last.next === undefined;
  }

  get state(): Part['state'] {
    return this.#following.feed.snapshot;
  }

  take(): Chunk | undefined {
    if (this.#beginning === undefined) return undefined;
    if (this.#beginning !== this.#following.feed.beginning) {
      void this.#startAgain();
      return undefined;
    }
    const first = this.#ahead[this.#at++];
    const chunk = first ?? this.#last.next;
    if (this.#at >= this.#ahead.length) this.#ahead = NONE;
    if (!chunk) return undefined;
    if (!first) this.#last = chunk;
    this.#id = chunk.id;
    return chunk;
  }

  leave(): void {
    this.#following.leave();
  }

  async #startAgain(): Promise<void> {
    this.#beginning = undefined;
    try {
      const { chunks, tail, beginning } = await this.#following.feed.start(this.#id);
      this.#beginning = beginning;
      this.#ahead = chunks;
      this.#at = 0;
      this.#last = tail;
      this.#follower();
    } catch (error) {
      this.#follower(error instanceof Error ? error : new Error('unknown'));
    }
  }
}
