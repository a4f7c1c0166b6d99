import { BadRowError, UnreadableFileError } from './bad-row.ts';
import { contentOf, fileLabel } from './source.ts';
import { lineBytes } from './text-lines.ts';

const NUL = 0x00;
const CARRIAGE_RETURN = 0x0d;

/** How the lines of a CSV file end, all alike. */
export type LineEnd = '\n' | '\r\n';

/**
 * Whether any reader of CSV finds the same records in a file: UTF-8, lines that end alike and aren't blank, no separator
 * at their ends, and quotes only around whole fields of one line. It looks at bytes in bulk, and at each quote.
 */
export async function isPlainCsv(
  path: string,
  separator: string,
  lineEnd: LineEnd,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const content = contentOf(path, signal, () => undefined);
    for await (const lines of lineBytes(content, fileLabel(path), () => 0)) {
      if (!arePlain(lines, separator, lineEnd)) return false;
    }
    return true;
  } catch (error) {
    if (error instanceof BadRowError || error instanceof UnreadableFileError) return false;
    throw error;
  }
}

/** @param lines whole lines */
function arePlain(lines: Buffer, separator: string, lineEnd: LineEnd): boolean {
  const isBlank = lines.indexOf(lineEnd) === 0 || lines.includes(lineEnd + lineEnd);
  // DuckDB drops what follows such a separator, and blanks around quotes.
  const endsEmpty = lines.includes(separator + lineEnd) || lines.at(-1) === separator.charCodeAt(0);
  if (isBlank || endsEmpty || lines.includes(NUL)) return false;
  const hasReturns = lines.includes(CARRIAGE_RETURN);
  if (lineEnd === '\n' && hasReturns) return false;
  const hasQuotes = lines.includes('"');
  if (!hasQuotes && !hasReturns) return true;
  const text = lines.toString('latin1');
  if (lineEnd === '\r\n' && /\r(?!\n)|(?<!\r)\n/.test(text)) return false;
  return !hasQuotes || areQuotesPlain(text, separator);
}

function areQuotesPlain(lines: string, separator: string): boolean {
  const isEdge = (at: number): boolean => [separator, '\r', '\n', ''].includes(lines.charAt(at));
  for (let start = lines.indexOf('"'); start >= 0;) {
    let end = lines.indexOf('"', start + 1);
    while (end >= 0 && lines[end + 1] === '"') end = lines.indexOf('"', end + 2);
    const newline = lines.indexOf('\n', start);
    if (end < 0 || (newline >= 0 && newline < end) || !isEdge(start - 1) || !isEdge(end + 1)) return false;
    start = lines.indexOf('"', end + 1);
  }
  return true;
}
