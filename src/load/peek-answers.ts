import { gather } from './source.ts';
import { MAX_TEXT_BYTES } from './text-lines.ts';

const NEWLINE = 0x0a;

/**
 * Tells whether a JSON file holds several answers, one per line, as written by several requests. If so, its
 * first line is a whole answer and more text follows. Reads only as far as needed.
 * @returns `all` yields the whole stream
 */
export async function peekAnswers(
  chunks: AsyncIterable<Buffer>,
): Promise<{ isOneALine: boolean; all: AsyncIterable<Buffer> }> {
  const line: Buffer[] = [];
  let bytes = 0;
  let hasBegun = false;
  let hasEnded = false;
  let hasMore = false;
  const { all } = await gather(chunks, (chunk) => {
    let rest = chunk;
    if (!hasBegun) {
      const start = rest.findIndex(isInk);
      if (start < 0) return false;
      hasBegun = true;
      rest = rest.subarray(start);
    }
    if (!hasEnded) {
      const end = rest.indexOf(NEWLINE);
      line.push(end < 0 ? rest : rest.subarray(0, end));
      bytes += rest.length;
      if (end < 0) return bytes > MAX_TEXT_BYTES;
      hasEnded = true;
      rest = rest.subarray(end + 1);
    }
    hasMore = rest.some(isInk);
    return hasMore;
  });
  return { isOneALine: hasMore && isJson(Buffer.concat(line).toString()), all };
}

function isInk(byte: number): boolean {
  return byte > 0x20;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\ufeff/, ''));
    return true;
  } catch {
    return false;
  }
}
