import type { Road } from '../read/road.ts';
import { liveAsked } from '../core/question/live.ts';
import type { Clock } from '../core/time/time.ts';
import { chunksOf, type Chunk, type FeedEvent } from './chunk.ts';
import { NOTHING } from './differences.ts';
import { NOTHING_SEEN, questionDigest, seenOf } from './event-id.ts';
import { knowingOf } from './resume.ts';
import { SharedFeed } from './shared-feed.ts';
import { isAhead, keyOf, takeSnapshot, type Followed, type Snapshot } from './snapshot.ts';
import { eventsTo, idAt, openRowsOf, type Knowing } from './told.ts';

export interface FeedParts {
  readonly road: Road;
  readonly clock: Clock;
  /** Stops what the feed asks. */
  readonly signal: AbortSignal;
}

/** Where a client begins: chunks for it, then what follows the feed's last chunk of then. */
export interface Start {
  readonly chunks: readonly Chunk[];
  readonly tail: Chunk;
  /** What the feed's `beginning` was. */
  readonly beginning: number;
}

/** What a row takes besides its texts, in bytes. */
const ROW_BYTES = 200;
/** The maximum number of ids whose way to the present is kept. */
const MAX_STARTS = 16;

const NOBODY: Knowing = { steps: [], before: NOTHING, openKeys: new Set(), open: new Set() };
const RESET = JSON.stringify({
  reason: 'What came after your last event is not known here any more. All rows follow.',
});

/**
 * Follows the answer to one question, for all who listen to it. When answers may have changed it asks once, compares
 * the rows with those before, and makes the events that everybody gets.
 */
export class Feed extends SharedFeed {
  readonly #parts: FeedParts;
  readonly #followed: Followed;
  /** The ways of clients to the snapshot, by the id that they came with. */
  readonly #starts = new Map<string, Promise<readonly Chunk[]>>();
  /** The epoch of tables and catalogue in which it was asked last. */
  #epoch: number;
  #digest: string;
  #snapshot: Snapshot;
  #id: string;
  #beginning = 0;
  override bytes: number;
  #tail: Chunk;

  private constructor(
    parts: FeedParts,
    followed: Followed,
    { snapshot, epoch }: { readonly snapshot: Snapshot; readonly epoch: number },
  ) {
    super(keyOf(followed));
    this.#parts = parts;
    this.#followed = followed;
    this.#snapshot = snapshot;
    this.#epoch = epoch;
    this.bytes = bytesOf(snapshot);
    this.#digest = this.#digestNow();
    this.#id = idAt(snapshot, this.#digest);
    this.#tail = { events: [], id: this.#id, end: 0, bytes: new Map(), next: undefined };
  }

  /** Asks the question for the first time. @throws Problem for a mistake in it; EngineError */
  static async open(parts: FeedParts, followed: Followed): Promise<Feed> {
    const { road, clock, signal } = parts;
    const { epoch } = road.watch;
    const snapshot = await takeSnapshot(road, followed, clock.now(), signal);
    return new Feed(parts, followed, { snapshot, epoch });
  }

  /**
   * The id of those who have seen everything. It is undefined while open rows aren't counted: what clients know of them
   * differs.
   */
  get id(): string | undefined {
    return this.#countsIn(this.#snapshot) ? this.#id : undefined;
  }

  /** If it grows, what is new isn't the same for all: each client has to start again with its own id. */
  get beginning(): number {
    return this.#beginning;
  }

  /** The characters of all its chunks. */
  get end(): number {
    return this.#tail.end;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  override get moves(): boolean {
    return this.#snapshot.at !== undefined;
  }

  override get isPartial(): boolean {
    return false;
  }

  /**
   * Where a client begins.
   * @param id of the last event that it has
   */
  async start(id: string): Promise<Start> {
    const lastId = id === NOTHING_SEEN ? undefined : id;
    // Later chunks follow this one, also those that are made while the way is looked for.
    const tail = this.#tail;
    const beginning = this.#beginning;
    if (lastId === this.#id && !isAhead(this.#snapshot)) return { chunks: [], tail, beginning };
    // All whose id says nothing here get the same.
    const known = lastId === undefined || seenOf(lastId, this.#digest) ? (lastId ?? '') : '?';
    let way = this.#starts.get(known);
    if (!way) {
      if (this.#starts.size >= MAX_STARTS) this.#starts.clear();
      way = this.#wayFrom(lastId);
      this.#starts.set(known, way);
      way.catch(() => this.#starts.delete(known));
    }
    return { chunks: await way, tail, beginning };
  }

  override rest(): void {
    this.#starts.clear();
  }

  protected override async ask(): Promise<void> {
    const { road, clock, signal } = this.#parts;
    const before = this.#snapshot;
    const { epoch } = road.watch;
    // Live counts change the answers to no other questions than those that depend on the time.
    if (epoch === this.#epoch && before.plan?.relative === false) return;
    const after = await takeSnapshot(road, this.#followed, clock.now(), signal, before);
    this.#epoch = epoch;
    const digest = this.#digestNow();
    const isReplaced = digest !== this.#digest;
    const isForAll = isReplaced || (this.#countsIn(before) && this.#countsIn(after));
    // Other tables change all the time.
    if (after.rows === before.rows && !isReplaced) return this.#keep(after, digest);
    if (!isForAll) return this.#beginAgain(after, digest);
    const events: FeedEvent[] = isReplaced
      ? [{ type: 'reset', data: RESET, id: undefined }, ...eventsTo(after, NOBODY, digest)]
      : eventsTo(after, this.#knowing(before, after), digest);
    this.#keep(after, digest);
    this.bytes = bytesOf(after);
    if (events.length === 0) return;
    for (const chunk of chunksOf(events, this.#tail.id, this.#tail.end)) {
      this.#tail.next = chunk;
      this.#tail = chunk;
    }
    this.tell();
  }

  #beginAgain(after: Snapshot, digest: string): void {
    this.#keep(after, digest);
    this.bytes = bytesOf(after);
    this.#tail = { events: [], id: this.#id, end: this.#tail.end, bytes: new Map(), next: undefined };
    this.#beginning++;
    this.tell();
  }

  /** Whether a snapshot has the open rows, if the question asks for any. */
  #countsIn({ plan }: Snapshot): boolean {
    return plan ? plan.notCounted === undefined : liveAsked(this.#followed.question) === undefined;
  }

  #keep(snapshot: Snapshot, digest: string): void {
    this.#digest = digest;
    this.#snapshot = snapshot;
    this.#id = idAt(snapshot, digest);
    this.#starts.clear();
  }

  /** What those know who have seen everything of a snapshot. */
  #knowing(before: Snapshot, after: Snapshot): Knowing {
    const { version, at } = before;
    const same = openRowsOf(after).filter(({ key, item }) => {
      const was = before.rows.get(key);
      return was?.isOpen && was.item === item;
    });
    const openKeys = new Set(same.map(({ key }) => key));
    return { steps: [{ version, at }], before, openKeys, open: new Set() };
  }

  async #wayFrom(lastId: string | undefined): Promise<readonly Chunk[]> {
    const { road, signal } = this.#parts;
    const now = this.#snapshot;
    const digest = this.#digest;
    const { end } = this.#tail;
    if (lastId === undefined) return chunksOf(eventsTo(now, NOBODY, digest), '', end);
    const seen = seenOf(lastId, digest);
    const knowing = seen && (await knowingOf(road, this.#followed, seen, now, signal));
    if (knowing) return chunksOf(eventsTo(now, knowing, digest), lastId, end);
    const all = eventsTo(now, NOBODY, digest);
    return chunksOf([{ type: 'reset', data: RESET, id: undefined }, ...all], '', end);
  }

  #digestNow(): string {
    const { metric } = this.#followed.question;
    const edition = this.#parts.road.catalogue.byName.get(metric)?.edition ?? '';
    return questionDigest(this.key, edition);
  }
}

function bytesOf({ rows }: Snapshot): number {
  let bytes = 0;
  for (const { key, item } of rows.values()) bytes += key.length + item.length + ROW_BYTES;
  return bytes;
}
