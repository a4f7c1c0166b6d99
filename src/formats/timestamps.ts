import {
  formatDate,
  formatInstant,
  formatTimestamp,
  type Grain,
  type Ordinal,
  type TimestampStyle,
} from '../core/time/time.ts';

/** The format of a timestamp: a format of AQS, or the format of `formatDate` or `formatInstant`. */
export type TimeText = TimestampStyle | 'date' | 'instant';

function formatAs(style: TimeText, grain: Grain, ordinal: Ordinal): string {
  if (style === 'date') return formatDate(grain, ordinal);
  if (style === 'instant') return formatInstant(grain, ordinal);
  return formatTimestamp(style, grain, ordinal);
}

const caches = new Map<string, Map<Ordinal, string>>();
/**
 * The maximum number of cached texts for each grain and style: enough for 50 years of days or two years of
 * hours.
 */
const MAX_TEXTS = 20_000;

/** Formats the timestamps of a grain. They are cached, because the same few thousand are written again and again. */
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

/** The number of timestamps in a block, a power of two, and the maximum number of cached blocks. */
const BLOCK = 512;
const MAX_BLOCKS = 128;

/**
 * The timestamps of a grain in UTF-8, all of the same width. Consecutive ones are adjacent in memory,
 * which makes writing a series faster: the processor loads many of them at once.
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

  /** The block that contains the timestamp of a period, at the offset `placeOf`. */
  blockOf(ordinal: Ordinal): Uint8Array {
    const number = Math.floor(ordinal / BLOCK);
    let block = this.#blocks.get(number);
    if (!block) {
      if (this.#blocks.size >= MAX_BLOCKS) this.#blocks.clear();
      // Years of five digits, which nobody can ask for, are cut off.
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

/** The `TimestampBytes` of a style and grain, made once. */
export function timestampBytesOf(style: TimeText, grain: Grain): TimestampBytes {
  const name = `${style} ${grain}`;
  let bytes = encoded.get(name);
  if (!bytes) encoded.set(name, (bytes = new TimestampBytes(style, grain)));
  return bytes;
}
