import type { IncomingHttpHeaders } from 'node:http';

/** The part of a body that a client asks for, in bytes; `end` isn't in it. */
export interface BodyPart {
  readonly start: number;
  readonly end: number;
}

/** One part, from its first to its last byte, from a byte to the end, or the last ones. */
const ONE_PART = /^bytes=(?:(\d+)-(\d+)?|-(\d+))$/i;

/**
 * Returns the part of a body that a Range header asks for (RFC 9110, 14). Programs that read tables in place need
 * it: polars reads no table of a server that hasn't got it.
 * @param length of the body, in bytes
 * @param etag of the body as it is sent
 * @returns undefined for the whole body: several parts, a unit that isn't bytes, or a part of a body that has changed
 *   (If-Range); `none` if the body has no such part
 */
export function partOf(
  { range, 'if-range': ifRange }: IncomingHttpHeaders,
  length: number,
  etag: string,
): BodyPart | 'none' | undefined {
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return undefined;
  const match = ONE_PART.exec(range);
  if (!match) return undefined;
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    const start = Math.max(0, length - Number(suffix));
    return start < length ? { start, end: length } : 'none';
  }
  const start = Number(first);
  const end = last === undefined ? length : Math.min(Number(last) + 1, length);
  // A last byte before the first one is no range at all.
  if (last !== undefined && Number(last) < start) return undefined;
  return start < length ? { start, end } : 'none';
}

/** The header of a part, or of the answer that there is none. */
export function contentRange(part: BodyPart | 'none', length: number): string {
  return part === 'none' ? `bytes */${length}` : `bytes ${part.start}-${part.end - 1}/${length}`;
}
