import { GRAINS, ordinalAt, type Grain, type Ordinal } from '../../core/time/time.ts';
import { isStill } from '../../formats/chart/live-words.ts';
import { secondsOf } from './chart-data.ts';
import { showCount, type Shown } from './counter.ts';
import { renewParts } from './renew.ts';

/** How many seconds of silence there are before the server says how things are. */
const HEARTBEAT_S = 4;
/** A connection that says nothing for longer than this is cut, in ms. */
const SILENCE_MS = 3 * HEARTBEAT_S * 1000;
/** A connection may be interrupted for so long before that is worth a word, in ms. */
const PATIENCE_MS = 2_000;
/** When a stream that was refused is asked for again, in ms: from this to twice this. */
const RETRY_MS = 5_000;
/** How often the other parts of the page are asked for again, in ms. */
const RENEW_MS = 2_000;
/** A live page is kept by the server for a little less than this, in ms. */
const KEPT_MS = 1_200;

const EVENTS = ['point', 'provisional', 'correction'] as const;

/** A row of an answer, as JSON has it. */
type Row = Readonly<Record<string, unknown>>;

/** The answer to one question, as long as the page shows it. */
class Followed {
  readonly url: string;
  readonly #grain: Grain;
  readonly #measure: string;
  readonly #rows = new Map<Ordinal, number>();
  readonly #clock: ReturnType<typeof setInterval>;
  #source: EventSource | undefined;
  #lastId = '';
  #asOfMs: number | undefined;
  /** How much later than that the server's clock is, as far as it said so. */
  #behindMs = 0;
  #heardAt = performance.now();
  #cutAt: number | undefined;
  #retryAt = -Infinity;
  #isDrawing = false;
  #renewing: ReturnType<typeof setTimeout> | undefined;
  #renewedAt = -Infinity;
  #rowAt = -Infinity;

  constructor({ dataset }: HTMLElement) {
    this.url = dataset['follow'] ?? '';
    this.#grain = GRAINS.find((known) => known === dataset['grain']) ?? 'daily';
    this.#measure = dataset['measure'] ?? '';
    this.#clock = setInterval(() => this.#draw(), 1000);
    this.wake();
  }

  /** Opens the stream, unless nobody sees the page. It goes on behind the last event that was heard. */
  wake(): void {
    if (document.hidden) {
      this.#source?.close();
      this.#source = undefined;
      return;
    }
    if (this.#source && this.#source.readyState !== EventSource.CLOSED) return;
    if (performance.now() < this.#retryAt) return;
    const asked = new URLSearchParams({ stream: 'true', heartbeat: String(HEARTBEAT_S) });
    if (this.#lastId !== '') asked.set('lastEventId', this.#lastId);
    const source = new EventSource(`${this.url}${this.url.includes('?') ? '&' : '?'}${asked.toString()}`);
    this.#source = source;
    this.#heardAt = performance.now();
    source.addEventListener('open', () => this.#hear());
    source.addEventListener('error', () => {
      this.#cutAt ??= performance.now();
      // The browser comes back by itself, unless it was told that nothing is to be had here.
      if (source.readyState === EventSource.CLOSED)
        this.#retryAt = performance.now() + RETRY_MS * (1 + Math.random());
    });
    for (const type of EVENTS)
      source.addEventListener(type, ({ data, lastEventId }) =>
        this.#row(JSON.parse(String(data)) as Row, lastEventId),
      );
    source.addEventListener('reset', () => {
      this.#hear();
      this.#rows.clear();
    });
    source.addEventListener('heartbeat', ({ data, lastEventId }) => {
      this.#hear(lastEventId);
      const { time, asOf, hint } = JSON.parse(String(data)) as { time: string; asOf?: string; hint?: string };
      const asOfMs = asOf === undefined ? undefined : Date.parse(asOf);
      this.#asOfMs = asOfMs ?? this.#asOfMs;
      if (asOfMs !== undefined) this.#behindMs = Date.parse(time) - asOfMs;
      // With a hint there are no rows yet, which are waited for.
      else this.#behindMs = hint === undefined ? Infinity : 0;
      this.#draw();
    });
  }

  close(): void {
    this.#source?.close();
    clearInterval(this.#clock);
    clearTimeout(this.#renewing);
  }

  #hear(lastId = ''): void {
    this.#heardAt = performance.now();
    this.#cutAt = undefined;
    if (lastId !== '') this.#lastId = lastId;
  }

  #row(row: Row, lastId: string): void {
    this.#hear(lastId);
    const { timestamp, asOf, removed } = row;
    const value = row[this.#measure];
    if (typeof asOf === 'string') {
      this.#asOfMs = Date.parse(asOf);
      this.#behindMs = 0;
    }
    if (typeof timestamp === 'string') {
      const ordinal = ordinalAt(this.#grain, secondsOf(timestamp) * 1000);
      if (removed === true) this.#rows.delete(ordinal);
      else if (typeof value === 'number') this.#rows.set(ordinal, value);
    }
    this.#rowAt = performance.now();
    this.#renewSoon();
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.#draw();
    });
  }

  #renewSoon(): void {
    if (this.#renewing) return;
    const wait = Math.max(KEPT_MS, this.#renewedAt + RENEW_MS - performance.now());
    this.#renewing = setTimeout(() => {
      this.#renewedAt = performance.now();
      void renewParts().finally(() => {
        this.#renewing = undefined;
        // What came just before may be missing in a page that was kept.
        if (this.#rowAt > this.#renewedAt - KEPT_MS) this.#renewSoon();
      });
    }, wait);
  }

  #draw(): void {
    if (document.hidden) return;
    // A stream that the browser gave up, or that says nothing any more, is opened again.
    const silentMs = performance.now() - this.#heardAt;
    if (silentMs > SILENCE_MS) {
      this.#cutAt ??= performance.now();
      this.#source?.close();
    }
    this.wake();
    for (const element of document.querySelectorAll<HTMLElement>('[data-follow]'))
      if (element.dataset['follow'] === this.url) showCount(element, this.#shown());
  }

  #shown(): Shown {
    const isCut = this.#cutAt !== undefined && performance.now() - this.#cutAt > PATIENCE_MS;
    const state = isCut ? 'cut' : isStill(this.#behindMs) ? 'still' : 'live';
    return { state, grain: this.#grain, rows: this.#rows, asOfMs: this.#asOfMs };
  }
}

let followed: Followed | undefined;

/** Follows the question of the page's counter, on one connection. Call it again when the page has new parts. */
export function follow(): void {
  const counter = document.querySelector<HTMLElement>('[data-follow]');
  if (counter?.dataset['follow'] === followed?.url) return;
  followed?.close();
  followed = counter ? new Followed(counter) : undefined;
}

document.addEventListener('visibilitychange', () => followed?.wake());
