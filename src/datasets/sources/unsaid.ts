import { separatorInWords } from '../../load/csv-records.ts';
import { FieldError } from '../../load/bad-row.ts';
import { periodOf } from '../dates.ts';
import { DateEvidence } from '../forms/date-evidence.ts';
import type { TextForm } from '../forms/text-form.ts';
import { headOf, type HeadRecord, recordsIn, UnsaidEncodingError } from './head-of-file.ts';

/** So many records are looked at. */
const MAX_RECORDS = 200;
/** Separators that are recognised. A colon or a blank stands in too many texts. */
const LIKELY = [',', ';', '\t', '|'];
const COMMENTS = ['#', '//', '%'];

/** Something about a file that its owner didn't say and should. */
export interface Unsaid {
  /** What it seems to be, and what to add: a part of a sentence about the file. */
  readonly message: string;
  /** The members that say it. */
  readonly members: TextForm;
}

/** Finds the first thing that must be said about how a text is written. One that can be read as it is says all by itself. */
function unsaidIn(lines: readonly string[], form: TextForm): Unsaid | undefined {
  return (
    unsaidComment(lines, form) ??
    unsaidSeparator(lines, form) ??
    (form.header === undefined ? unsaidHeader(read(lines, form), 'line') : undefined)
  );
}

/** Returns everything that should be said about a text, and its form then. */
export function allUnsaidIn(
  lines: readonly string[],
  declared: TextForm,
): { form: TextForm; unsaid: readonly Unsaid[] } {
  const unsaid: Unsaid[] = [];
  let form = declared;
  for (let next = unsaidIn(lines, form); next && unsaid.length < 4; next = unsaidIn(lines, form)) {
    unsaid.push(next);
    form = { ...form, ...next.members };
  }
  return { form, unsaid };
}

/** Returns how a file of text seems to be written. @throws UnreadableFileError */
export async function recognisedForm(path: string, signal: AbortSignal): Promise<TextForm> {
  let declared: TextForm = {};
  let lines: readonly string[];
  try {
    lines = await headOf(path, declared, signal);
  } catch (error) {
    if (!(error instanceof UnsaidEncodingError)) throw error;
    declared = { encoding: error.encoding };
    lines = await headOf(path, declared, signal);
  }
  return allUnsaidIn(lines, declared).form;
}

function unsaidComment(lines: readonly string[], form: TextForm): Unsaid | undefined {
  if (form.comment !== undefined || form.header !== undefined) return undefined;
  const comment = COMMENTS.find((one) => lines[0]?.startsWith(one));
  const rest = lines.filter((line) => comment !== undefined && !line.startsWith(comment));
  if (comment === undefined || rest.length === 0) return undefined;
  const separator = form.separator ?? likelySeparator(rest) ?? ',';
  // A header may begin like a comment: it has as many fields as the records.
  const [first] = read(lines, { ...form, separator });
  if (first?.fields.length === usualWidth(read(rest, { ...form, separator }))) return undefined;
  const message = `seems to have comments in lines that begin with ${comment}: add comment: '${comment}'`;
  return { message, members: { comment } };
}

function unsaidSeparator(lines: readonly string[], form: TextForm): Unsaid | undefined {
  if (form.separator !== undefined) return undefined;
  const [first] = read(lines, form);
  const separator = likelySeparator(lines, form);
  const width = separator === undefined ? 0 : usualWidth(read(lines, { ...form, separator }));
  const isRight = usualWidth(read(lines, form)) >= width && (first?.fields.length ?? 0) > 1;
  if (separator === undefined || isRight) return undefined;
  const written = separator === '\t' ? 'tab' : `'${separator}'`;
  const message = `seems to be separated by ${separatorInWords(separator)}s: add separator: ${written}`;
  return { message, members: { separator } };
}

/**
 * Finds what must be said about the header of a table.
 * @param records its first records
 * @param unit what records are called in messages
 */
export function unsaidHeader(records: readonly HeadRecord[], unit: 'line' | 'row'): Unsaid | undefined {
  const [first, ...others] = records;
  const width = usualWidth(others);
  if (!first || width < 2) return undefined;
  const filled = first.fields.filter((field) => field.trim() !== '').length;
  if (filled < 2 || first.fields.length < width) {
    const header = records.find(
      ({ fields }) => fields.length >= width && fields.every((field) => /^\s*[^\s\d+-]/.test(field)),
    );
    if (!header || header === first || !isHeader(header, records)) return undefined;
    const message = `seems to have its header in ${unit} ${header.line}: add header: ${header.line}`;
    return { message, members: { header: header.line } };
  }
  if (isHeader(first, records)) return undefined;
  const names = first.fields.map((_, i) => `column-${i + 1}`);
  const message = `seems to have no header, because ${unit} ${first.line} is a record already: name its columns, as in header: [${names.join(', ')}]`;
  return { message, members: { header: names } };
}

/** Whether a record is a header, rather than one of the rows: none of its fields is a date where the others have dates. */
function isHeader(record: HeadRecord, all: readonly HeadRecord[]): boolean {
  const rows = all.filter(({ line, fields }) => line > record.line && fields.length === record.fields.length);
  return !record.fields.some((field, i) => {
    if (!isDate(field)) return false;
    const below = rows.slice(0, 20).filter(({ fields }) => isDate(fields[i] ?? ''));
    return rows.length > 0 && below.length >= Math.min(rows.length, 20) / 2;
  });
}

function isDate(text: string): boolean {
  if (!/\d/.test(text)) return false;
  if (
    ['monthly', 'daily', 'hourly'].some(
      (grain) => typeof periodOf(text.trim(), grain as 'daily') === 'number',
    )
  )
    return true;
  const evidence = new DateEvidence();
  evidence.add(text.trim());
  return evidence.forms.length > 0;
}

/** The separator by which most lines have the same number of fields, at least two; undefined if there is none. */
function likelySeparator(lines: readonly string[], form: TextForm = {}): string | undefined {
  let best: { separator: string; score: number } | undefined;
  for (const separator of LIKELY) {
    const records = read(lines, { ...form, separator });
    const width = usualWidth(records);
    if (width < 2) continue;
    const alike = records.filter(({ fields }) => fields.length === width).length / records.length;
    // Of two separators, the better one makes more lines alike. A comma is also a sign of decimals.
    const score = alike + width / 1000;
    if (alike > 0.5 && (!best || score > best.score)) best = { separator, score };
  }
  return best?.separator;
}

/** The number of fields that most records have. */
function usualWidth(records: readonly HeadRecord[]): number {
  const counts = new Map<number, number>();
  for (const { fields } of records) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0])[0];
}

/** Reads as many records as can be read: misplaced quotes are told later, when it is known how to read them. */
function read(lines: readonly string[], form: TextForm): HeadRecord[] {
  const skipped = typeof form.header === 'number' ? form.header - 1 : 0;
  try {
    return recordsIn(lines.slice(skipped), form, MAX_RECORDS);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return [];
  }
}
