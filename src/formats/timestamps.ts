import { formatDate, formatTimestamp, type Grain, type Ordinal, type TimestampStyle } from '../core/time.ts';

const caches = new Map<string, Map<Ordinal, string>>();
/** More than a century of days; hours are what fills it. */
const MOST = 200_000;

/** Timestamps of a grain as text. The same few thousand are written again and again. */
export function timestampsOf(style: TimestampStyle | 'date', grain: Grain): (ordinal: Ordinal) => string {
  const name = `${style} ${grain}`;
  const cache = caches.get(name) ?? new Map<Ordinal, string>();
  caches.set(name, cache);
  return (ordinal) => {
    let text = cache.get(ordinal);
    if (text === undefined) {
      if (cache.size >= MOST) cache.clear();
      text = style === 'date' ? formatDate(grain, ordinal) : formatTimestamp(style, grain, ordinal);
      cache.set(ordinal, text);
    }
    return text;
  };
}

const encoded = new Map<string, Map<Ordinal, Uint8Array>>();

/** The same, in UTF-8. */
export function timestampBytesOf(style: TimestampStyle, grain: Grain): (ordinal: Ordinal) => Uint8Array {
  const name = `${style} ${grain}`;
  const cache = encoded.get(name) ?? new Map<Ordinal, Uint8Array>();
  encoded.set(name, cache);
  const text = timestampsOf(style, grain);
  return (ordinal) => {
    let bytes = cache.get(ordinal);
    if (bytes === undefined) {
      if (cache.size >= MOST) cache.clear();
      cache.set(ordinal, (bytes = Buffer.from(text(ordinal))));
    }
    return bytes;
  };
}
