import { isUtf8 } from 'node:buffer';
import { BadRowError, UnreadableFileError } from './bad-row.ts';

/** The maximum size of a line and of a JSON answer. Both are held in memory as a whole. */
export const MAX_TEXT_BYTES = 64 * 2 ** 20;

const NEWLINE = 0x0a;

/**
 * Yields bytes of UTF-8 in pieces of whole lines, so that a consumer awaits once per piece and not once per line.
 * @param linesBefore returns how many lines were yielded, for messages
 */
export async function* lineBytes(
  chunks: AsyncIterable<Buffer>,
  file: string,
  linesBefore: () => number,
): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  const checked = (bytes: Buffer): Buffer => {
    if (isUtf8(bytes)) return bytes;
    const number = linesBefore() + 1 + brokenLine(bytes);
    throw new BadRowError({ file, unit: 'line', number }, undefined, whyNotUtf8(bytes));
  };
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst && isUtf16(chunk)) throw new UnreadableFileError(file, UTF16);
    isFirst = false;
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const whole = chunk.subarray(0, end);
      yield checked(rest.length === 0 ? whole : Buffer.concat([...rest, whole]));
      rest = [];
      restBytes = 0;
    }
    if (end < chunk.length) rest.push(chunk.subarray(end));
    restBytes += chunk.length - end;
    if (restBytes > MAX_TEXT_BYTES)
      throw new UnreadableFileError(file, `line ${linesBefore() + 1} is longer than ${MAX_TEXT_BYTES} bytes`);
  }
  if (rest.length > 0) yield checked(Buffer.concat(rest));
}

/** Counts the lines before the first one that is not UTF-8. */
function brokenLine(bytes: Buffer): number {
  let lines = 0;
  for (let start = 0; ; lines++) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return lines;
    start = end + 1;
  }
}

const UTF16 =
  'is UTF-16: save it as UTF-8 (in spreadsheets: CSV UTF-8), or convert it with iconv -f UTF-16 -t UTF-8';

/** Recognises UTF-16 by its byte order mark, or by the zeros that are every other byte of Latin text. */
function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  if (bytes.length < 4) return false;
  const pairs = Math.min(bytes.length >> 1, 8);
  const zerosAt = (place: 0 | 1): boolean =>
    Array.from({ length: pairs }, (_, i) => bytes[2 * i + place]).every((byte) => byte === 0);
  return zerosAt(0) !== zerosAt(1);
}

/**
 * Text that isn't UTF-8 most likely was written on a Western Windows machine, so the message shows a word in
 * that encoding.
 */
function whyNotUtf8(bytes: Buffer): string {
  const text = new TextDecoder('windows-1252').decode(bytes);
  const word = /\p{L}*[^\0-\x7f]+\p{L}*/u.exec(text)?.[0].slice(0, 40);
  return `is not UTF-8: save it as UTF-8 (in spreadsheets: CSV UTF-8). Read as Windows-1252 it says ${word}; if that is right, convert it with iconv -f WINDOWS-1252 -t UTF-8`;
}

/** Reads a whole text. @throws UnreadableFileError when it is too large or not UTF-8 */
export async function wholeText(chunks: AsyncIterable<Buffer>, file: string): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES)
      throw new UnreadableFileError(
        file,
        `is a JSON answer of more than ${MAX_TEXT_BYTES} bytes: write it as NDJSON, which may have any size`,
      );
  }
  const whole = Buffer.concat(parts);
  if (isUtf16(whole)) throw new UnreadableFileError(file, UTF16);
  if (!isUtf8(whole)) throw new UnreadableFileError(file, whyNotUtf8(whole));
  return whole.toString();
}
