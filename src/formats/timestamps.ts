import {
  formatDate,
  formatInstant,
  formatTimestamp,
  type Grain,
  type Ordinal,
  type TimestampStyle,
} from '../core/time/time.ts';

/** How a timestamp is written: as a metric's items have it, or as `formatDate` or `formatInstant` do. */
export type TimeText = TimestampStyle | 'date' | 'instant';

function formatAs(style: TimeText, grain: Grain, ordinal: Ordinal): string {
  if (style === 'date') return formatDate(grain, ordinal);
  if (style === 'instant') return formatInstant(grain, ordinal);
  return formatTimestamp(style, grain, ordinal);
}

const caches = new Map<string, Map<Ordinal, string>>();
/** So many are kept of each grain in each style: half a century of days, two years of hours. */
const MAX_TEXTS = 20_000;

/** Timestamps of a grain as text. The same few thousand are written again and again. */
export function timestampsOf(style: TimeText, grain: Grain): (ordinal: Ordinal) => string {
  const name = `${style} ${grain}`;
  const cache = caches.get(name) ?? new Map<Ordinal, string>();
  caches.set(name, cache);
  return (ordinal) => {
    let text = cache.get(ordinal);
    if (text === undefined) {
      if (cache.size >= MAX_TEXTS) cache.clear();
      text = formatAs(style, grain, ordinal);
      cache.set(ordinal, text);
    }
    return text;
  };
}

/** How many timestamps lie together, a power of two; and how many such blocks are kept. */
const BLOCK = 512;
const MAX_BLOCKS = 128;

/**
 * Timestamps of a grain in UTF-8, all of one width. Neighbours lie side by side: those of a series
 * come from memory in one go, where each by itself would be waited for.
 */
export class TimestampBytes {
  readonly width: number;
  readonly #style: TimeText;
  readonly #grain: Grain;
  readonly #blocks = new Map<number, Uint8Array>();

  constructor(style: TimeText, grain: Grain) {
    this.#style = style;
    this.#grain = grain;
    this.width = formatAs(style, grain, 0).length;
  }

  /** The bytes in which the timestamp of a period lies, from `placeOf` it on. */
  blockOf(ordinal: Ordinal): Uint8Array {
    const number = Math.floor(ordinal / BLOCK);
    let block = this.#blocks.get(number);
    if (!block) {
      if (this.#blocks.size >= MAX_BLOCKS) this.#blocks.clear();
      // Those of five-figure years, which nobody can ask for, are longer.
      const text = (_: unknown, i: number): string =>
        formatAs(this.#style, this.#grain, number * BLOCK + i).slice(0, this.width);
      const texts = Array.from({ length: BLOCK }, text);
      this.#blocks.set(number, (block = Buffer.from(texts.join(''))));
    }
    return block;
  }

  placeOf(ordinal: Ordinal): number {
    return (ordinal & (BLOCK - 1)) * this.width;
  }
}

const encoded = new Map<string, TimestampBytes>();

/** Those of a grain, which are made once. */
export function timestampBytesOf(style: TimeText, grain: Grain): TimestampBytes {
  const name = `${style} ${grain}`;
  let bytes = encoded.get(name);
  if (!bytes) encoded.set(name, (bytes = new TimestampBytes(style, grain)));
  return bytes;
}
