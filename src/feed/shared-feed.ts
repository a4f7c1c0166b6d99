import { OnceMore } from '../read/once-more.ts';

/** Called when a feed has something new, and when it ends. */
export type Follower = (ended?: Error) => void;

/** Follows an answer for all who listen to it. When answers may have changed it asks once, whoever listens. */
export abstract class SharedFeed {
  /** Equal questions have equal keys. */
  readonly key: string;
  readonly #followers = new Set<Follower>();
  readonly #asking = new OnceMore(() => this.ask());

  protected constructor(key: string) {
    this.key = key;
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0;
  }

  /** About the memory that it takes, in bytes. */
  abstract readonly bytes: number;

  /** Whether the time alone can change its answer. */
  abstract readonly moves: boolean;

  /** Whether its answer lacks something because an engine failed. */
  abstract readonly isPartial: boolean;

  /** Asks again, and tells the followers if something changed. @throws as `update` */
  protected abstract ask(): Promise<void>;

  /** Forgets what only speeds up clients that begin now. */
  abstract rest(): void;

  /** Calls a function whenever there is something new. @returns ends the calls */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** Asks again, and tells what has changed. @throws Problem if the question can't be asked any more; EngineError */
  update(): Promise<void> {
    return this.#asking.run();
  }

  /** Tells all clients that nothing more will come. */
  stop(reason: Error): void {
    for (const follower of this.#followers) follower(reason);
  }

  /** Tells all clients that there is something new. */
  protected tell(): void {
    for (const follower of this.#followers) follower();
  }
}
