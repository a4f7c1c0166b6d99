import { Problem } from '../core/problem.ts';
import { EngineError } from '../core/engine-error.ts';
import { Feed, type FeedParts, type Follower } from './feed.ts';
import { keyOf, type Followed } from './snapshot.ts';

export interface FeedsOptions extends Omit<FeedParts, 'signal'> {
  /** The memory that the rows of all feeds may take, in bytes. */
  readonly maxBytes: number;
  /** Called with what no caller can be told: a defect. */
  readonly onDefect: (error: unknown) => void;
}

/** A feed that somebody follows. */
export interface Following {
  readonly feed: Feed;
  /** Ends the calls of the follower. */
  readonly leave: () => void;
}

/** How many feeds ask at once. */
const ASKING = 4;
/** How often feeds without listeners are dropped, in ms. One that lost its last listener lives at least as long. */
const SWEEP_MS = 15_000;
/** How often questions whose range moves with the time are asked again, in ms. */
const MOVE_MS = 60_000;

/** The feeds of all questions that somebody listens to, one for each. They ask again whenever answers may have changed. */
export class Feeds {
  readonly #options: FeedsOptions;
  readonly #feeds = new Map<string, Feed>();
  readonly #opening = new Map<string, Promise<Feed>>();
  /** Feeds that nobody has listened to since the last sweep. */
  readonly #idle = new Set<Feed>();
  readonly #due = new Set<Feed>();
  readonly #stop = new AbortController();
  readonly #forgetChanges: () => void;
  readonly #timers: readonly NodeJS.Timeout[];
  /** Feeds whose engine failed; the next sweep asks them again. */
  readonly #failed = new Set<Feed>();
  #asking = 0;
  #changes = 0;

  constructor(options: FeedsOptions) {
    this.#options = options;
    this.#forgetChanges = options.road.watch.changes.onChange(() => {
      this.#changes++;
      this.#ask(() => true);
    });
    this.#timers = [
      setInterval(() => this.#sweep(), SWEEP_MS).unref(),
      setInterval(() => this.#ask(({ snapshot }) => snapshot.at !== undefined), MOVE_MS).unref(),
    ];
  }

  /** How many feeds there are, and what their rows take. */
  get usage(): { feeds: number; bytes: number } {
    let bytes = 0;
    for (const feed of this.#feeds.values()) bytes += feed.bytes;
    return { feeds: this.#feeds.size, bytes };
  }

  /**
   * Follows the answer to a question.
   * @param follower is called whenever there is something new after what the feed has now
   * @throws Problem for a mistake in the question, and if there are too many feeds; EngineError
   */
  async follow(followed: Followed, follower: Follower): Promise<Following> {
    const asked = this.#changes;
    const feed = await this.#upToDate(followed);
    const leave = feed.follow(follower);
    // Nobody told the feed of changes while nobody followed it.
    if (this.#changes !== asked) this.#ask((one) => one === feed);
    return { feed, leave };
  }

  async #upToDate(followed: Followed): Promise<Feed> {
    const key = keyOf(followed);
    const known = this.#feeds.get(key);
    if (known) {
      if (!known.isFollowed) await known.update();
      return known;
    }
    let opening = this.#opening.get(key);
    if (!opening) {
      opening = this.#open(followed).finally(() => this.#opening.delete(key));
      this.#opening.set(key, opening);
    }
    return opening;
  }

  close(): void {
    this.#forgetChanges();
    for (const timer of this.#timers) clearInterval(timer);
    this.#stop.abort();
    this.#feeds.clear();
  }

  async #open(followed: Followed): Promise<Feed> {
    const { road, clock, maxBytes } = this.#options;
    const feed = await Feed.open({ road, clock, signal: this.#stop.signal }, followed);
    if (this.usage.bytes + feed.bytes > maxBytes) {
      for (const [key, { isFollowed }] of this.#feeds) if (!isFollowed) this.#feeds.delete(key);
      if (this.usage.bytes + feed.bytes > maxBytes)
        throw new Problem(
          'unavailable',
          'The server follows as many rows as it has room for. Ask for fewer rows, or try again later.',
          { retryAfterS: 60 },
        );
    }
    this.#feeds.set(feed.key, feed);
    return feed;
  }

  /** Lets the feeds that somebody follows ask again. */
  #ask(isDue: (feed: Feed) => boolean): void {
    for (const feed of this.#feeds.values()) if (feed.isFollowed && isDue(feed)) this.#due.add(feed);
    this.#work();
  }

  #work(): void {
    for (const feed of this.#due) {
      if (this.#asking >= ASKING) return;
      this.#due.delete(feed);
      this.#asking++;
      void this.#update(feed).finally(() => {
        this.#asking--;
        this.#work();
      });
    }
  }

  async #update(feed: Feed): Promise<void> {
    try {
      await feed.update();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (error instanceof EngineError) {
        this.#failed.add(feed);
        return;
      }
      this.#feeds.delete(feed.key);
      if (!(error instanceof Problem)) this.#options.onDefect(error);
      feed.stop(error instanceof Error ? error : new Error('unknown'));
    }
  }

  #sweep(): void {
    this.#ask((feed) => this.#failed.delete(feed));
    for (const [key, feed] of this.#feeds) {
      feed.rest();
      if (feed.isFollowed) this.#idle.delete(feed);
      else if (this.#idle.delete(feed)) this.#feeds.delete(key);
      else this.#idle.add(feed);
    }
  }
}
