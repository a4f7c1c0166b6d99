import { isUtf8 } from 'node:buffer';
import { CsvRecords, separatorOf } from '../../load/csv-records.ts';
import { UnreadableFileError } from '../../load/bad-row.ts';
import { contentOf } from '../../load/source.ts';
import type { Encoding, TextForm } from '../forms/text-form.ts';
import { decoded, likelyEncoding } from './decoded.ts';

/** So many bytes of a file are looked at to see how it is written. */
const HEAD_BYTES = 1 << 20;

/** A file isn't UTF-8, and its encoding isn't declared. */
export class UnsaidEncodingError extends UnreadableFileError {
  /** The encoding that it seems to have. */
  readonly encoding: Encoding;

  constructor(file: string, reason: string, encoding: Encoding) {
    super(file, reason);
    this.encoding = encoding;
  }
}

/** Returns the first lines of a file, without the last one if it may be cut. @throws UnreadableFileError */
export async function headOf(path: string, form: TextForm, signal: AbortSignal): Promise<readonly string[]> {
  const raw = contentOf(path, signal, () => undefined);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isWhole = true;
  for await (const chunk of form.encoding === undefined ? raw : decoded(raw, form.encoding, path)) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes < HEAD_BYTES) continue;
    isWhole = false;
    break;
  }
  const head = Buffer.concat(chunks);
  const end = isWhole ? head.length : head.lastIndexOf(0x0a) + 1 || head.length;
  const whole = head.subarray(0, end);
  const likely = likelyEncoding(whole);
  if (likely.encoding === 'utf-16' && form.encoding === undefined)
    throw new UnsaidEncodingError(path, 'seems to be written in UTF-16: add encoding: utf-16', 'utf-16');
  if (!isUtf8(whole))
    throw new UnsaidEncodingError(path, notUtf8(brokenLine(whole), likely.word), 'windows-1252');
  return whole
    .toString()
    .replace(/^\ufeff/, '')
    .replace(/\n$/, '')
    .split('\n');
}

function notUtf8(line: number, word: string | undefined): string {
  const read = word === undefined ? '' : `, in which line ${line} says ${word}`;
  return `is not UTF-8. It seems to be written in Windows-1252${read}: if that is right, add encoding: windows-1252`;
}

function brokenLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}

/** The records of a text's first lines, each with its line. */
export interface HeadRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Splits lines into records. Blank lines and comments are left out.
 * @param most the number of records after which it ends
 * @throws FieldError for misplaced quotes
 */
export function recordsIn(
  lines: readonly string[],
  { separator, comment }: TextForm,
  most: number,
): HeadRecord[] {
  const records: HeadRecord[] = [];
  let parser: CsvRecords | undefined;
  for (const [i, line] of lines.entries()) {
    if (comment !== undefined && !parser?.unfinished && line.startsWith(comment)) continue;
    parser ??= new CsvRecords(separator ?? separatorOf(line));
    const fields = parser.push(line);
    if (fields && !fields.every((field) => field.trim() === ''))
      records.push({ line: i + 2 - parser.spanned, fields });
    if (records.length >= most) break;
  }
  return records;
}

/** Returns the columns of a text, and the line after which its records begin. @throws FieldError */
export function headerIn(
  lines: readonly string[],
  form: TextForm,
): { columns: readonly string[]; line: number } | undefined {
  const { header } = form;
  if (typeof header === 'object') return { columns: header, line: 0 };
  const skipped = typeof header === 'number' ? header - 1 : 0;
  const [first] = recordsIn(lines.slice(skipped), form, 1);
  return first && { columns: first.fields.map((name) => name.trim()), line: first.line + skipped };
}
