import { Problem } from '../core/problem.ts';
import { EngineError } from '../core/engine-error.ts';
import { Feed, type FeedParts } from './feed.ts';
import type { Follower, SharedFeed } from './shared-feed.ts';
import { keyOf, type Followed } from './snapshot.ts';

export interface FeedsOptions extends Omit<FeedParts, 'signal'> {
  /** The memory that the rows of all feeds may take, in bytes. */
  readonly maxBytes: number;
  /** Called with what no caller can be told: a defect. */
  readonly onDefect: (error: unknown) => void;
}

/** A feed that somebody follows. */
export interface Following<F extends SharedFeed = Feed> {
  readonly feed: F;
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
  readonly #feeds = new Map<string, SharedFeed>();
  readonly #opening = new Map<string, Promise<SharedFeed>>();
  /** Feeds that nobody has listened to since the last sweep. */
  readonly #idle = new Set<SharedFeed>();
  readonly #due = new Set<SharedFeed>();
  readonly #stop = new AbortController();
  readonly #forgetChanges: () => void;
  readonly #timers: readonly NodeJS.Timeout[];
  /** Feeds whose engine failed; the next sweep asks them again. */
  readonly #failed = new Set<SharedFeed>();
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
      setInterval(() => this.#ask(({ moves }) => moves), MOVE_MS).unref(),
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
    const { road, clock } = this.#options;
    return this.followBy(keyOf(followed), (signal) => Feed.open({ road, clock, signal }, followed), follower);
  }

  /**
   * Follows an answer of any kind.
   * @param key only feeds of one kind have it
   * @param open asks for the first time; what it asks ends with the signal
   * @param follower as in `follow`
   * @throws Problem if there are too many feeds; what `open` throws
   */
  async followBy<F extends SharedFeed>(
    key: string,
    open: (signal: AbortSignal) => Promise<F>,
    follower: Follower,
  ): Promise<Following<F>> {
    const asked = this.#changes;
    const feed = await this.#upToDate(key, open);
    const leave = feed.follow(follower);
    // Nobody told the feed of changes while nobody followed it.
    if (this.#changes !== asked) this.#ask((one) => one === feed);
    return { feed, leave };
  }

  async #upToDate<F extends SharedFeed>(key: string, open: (signal: AbortSignal) => Promise<F>): Promise<F> {
    const known = this.#feeds.get(key) as F | undefined;
    if (known) {
      if (!known.isFollowed) await known.update();
      return known;
    }
    let opening = this.#opening.get(key) as Promise<F> | undefined;
    if (!opening) {
      opening = this.#open(open).finally(() => this.#opening.delete(key));
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

  async #open<F extends SharedFeed>(open: (signal: AbortSignal) => Promise<F>): Promise<F> {
    const { maxBytes } = this.#options;
    const feed = await open(this.#stop.signal);
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
    if (feed.isPartial) this.#failed.add(feed);
    return feed;
  }

  /** Lets the feeds that somebody follows ask again. */
  #ask(isDue: (feed: SharedFeed) => boolean): void {
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

  async #update(feed: SharedFeed): Promise<void> {
    try {
      await feed.update();
      if (feed.isPartial) this.#failed.add(feed);
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
      else if (this.#idle.delete(feed)) {
        this.#feeds.delete(key);
        this.#failed.delete(feed);
      } else this.#idle.add(feed);
    }
  }
}
