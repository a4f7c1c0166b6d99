import { isAscii, isUtf8 } from 'node:buffer';
import { BadRowError, UnreadableFileError } from './bad-row.ts';

/** The longest line, and the largest JSON answer, that is read: both are held in memory whole. */
export const MAX_TEXT_BYTES = 64 * 2 ** 20;

const NEWLINE = 0x0a;

/** Text in pieces of whole lines, so that a consumer pays for waiting once a piece and not once a line. */
export async function* wholeLines(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let line = 1;
  const decode = (bytes: Buffer): string => {
    if (!isUtf8(bytes))
      throw new BadRowError(
        { file, unit: 'line', number: line + brokenLine(bytes) },
        undefined,
        'is not UTF-8',
      );
    const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
    line += countLines(text);
    return text;
  };
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      yield decode(
        rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([...rest, chunk.subarray(0, end)]),
      );
      rest = [];
      restBytes = 0;
    }
    if (end < chunk.length) rest.push(chunk.subarray(end));
    restBytes += chunk.length - end;
    if (restBytes > MAX_TEXT_BYTES)
      throw new UnreadableFileError(file, `line ${line} is longer than ${MAX_TEXT_BYTES} bytes`);
  }
  if (rest.length > 0) yield decode(Buffer.concat(rest));
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** How many lines come before the one that is not UTF-8. */
function brokenLine(bytes: Buffer): number {
  let lines = 0;
  for (let start = 0; ; lines++) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return lines;
    start = end + 1;
  }
}

/** A whole text. @throws UnreadableFileError when it is too large or not UTF-8 */
export async function wholeText(chunks: AsyncIterable<Buffer>, file: string): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES)
      throw new UnreadableFileError(
        file,
        `is one JSON answer of more than ${MAX_TEXT_BYTES} bytes; as NDJSON it may have any size`,
      );
  }
  const whole = Buffer.concat(parts);
  if (!isUtf8(whole)) throw new UnreadableFileError(file, 'is not UTF-8');
  return whole.toString();
}
