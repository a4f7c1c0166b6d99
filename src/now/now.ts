import { EngineError } from '../core/engine-error.ts';
import type { Clock, Ordinal } from '../core/time/time.ts';
import { EventLogError } from '../log/log-errors.ts';
import type { EventLogReader } from '../log/event-log.ts';
import type { LiveNumbers } from '../read/live.ts';
import { Minute } from './minute.ts';
import { type StreamLook, StreamLooks } from './stream-looks.ts';
import { type PageLook, pagesOfHour, type ViewMetrics, viewsOfHours } from './view-looks.ts';

/** What happens in this minute. */
export interface Happening {
  /** When it was looked at, in ms since 1970. */
  readonly atMs: number;
  /** What is counted of page views; a sentence if nothing is. */
  readonly views: ViewsNow | string;
  /** What is in the event log; a sentence if it doesn't answer. */
  readonly streams: readonly StreamLook[] | string;
}

export interface ViewsNow {
  /** Everything that was collected before this instant is counted, in ms since 1970. */
  readonly asOfMs: number;
  /** How many views there were in each second of the last minute, the newest last. */
  readonly seconds: readonly number[];
  readonly pages: readonly PageLook[];
}

export interface NowParts {
  readonly log: EventLogReader;
  /** Undefined where nothing is counted while it comes in. */
  readonly live: LiveNumbers | undefined;
  readonly metrics: ViewMetrics;
  readonly clock: Clock;
}

/** How often it is looked, in ms. */
const LOOK_MS = 1000;
/** Nobody looks any more if nobody asked for so long, in ms. */
const WATCHED_MS = 15_000;
/** A look may take so long, in ms. */
const PATIENCE_MS = 5_000;

const NOT_COUNTED = 'This gateway counts no page views while they come in (KRAKEN_LIVE_ROWS).';

/** Looks at what happens, once a second, as long as somebody wants to know. */
export class Now {
  readonly #parts: NowParts;
  readonly #streams: StreamLooks;
  readonly #views = new Minute();
  #pages:
    | {
        readonly revision: number;
        readonly found: readonly PageLook[];
        readonly hours: ReadonlyMap<Ordinal, number>;
      }
    | undefined;
  #happening: Promise<Happening> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #askedMs = -Infinity;
  #isLooking = false;

  constructor(parts: NowParts) {
    this.#parts = parts;
    this.#streams = new StreamLooks(parts.log);
  }

  /** What was there at the last look, at most a second or two ago. */
  look(): Promise<Happening> {
    this.#askedMs = this.#parts.clock.now();
    this.#happening ??= this.#look();
    this.#timer ??= setInterval(() => void this.#again(), LOOK_MS).unref();
    return this.#happening;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#happening = undefined;
  }

  async #again(): Promise<void> {
    if (this.#parts.clock.now() - this.#askedMs > WATCHED_MS) {
      this.close();
      this.#views.clear();
      this.#streams.clear();
      return;
    }
    if (this.#isLooking) return;
    this.#isLooking = true;
    const next = this.#look();
    try {
      await next;
      if (this.#timer) this.#happening = next;
    } finally {
      this.#isLooking = false;
    }
  }

  async #look(): Promise<Happening> {
    const atMs = this.#parts.clock.now();
    const [views, streams] = await Promise.all([
      orSentence(this.#lookAtViews(AbortSignal.timeout(PATIENCE_MS))),
      orSentence(this.#streams.look(atMs)),
    ]);
    return { atMs, views, streams };
  }

  async #lookAtViews(signal: AbortSignal): Promise<ViewsNow | string> {
    const { live, metrics } = this.#parts;
    if (!live) return NOT_COUNTED;
    const { counting } = live;
    if ('why' in counting) return counting.why;
    const { asOfMs, revision } = counting;
    if (this.#pages?.revision !== revision) {
      const hours = await viewsOfHours(live, metrics, asOfMs, signal);
      const found = await pagesOfHour(live, metrics, asOfMs, signal);
      this.#pages = { revision, found, hours };
    }
    this.#views.take(asOfMs, this.#pages.hours);
    return { asOfMs, seconds: this.#views.seconds, pages: this.#pages.found };
  }
}

async function orSentence<T>(found: Promise<T>): Promise<T | string> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof EventLogError) return 'The event log doesn’t answer at the moment.';
    if (error instanceof EngineError || (error as Error).name === 'TimeoutError')
      return 'The views can’t be counted at the moment.';
    throw error;
  }
}
