import type { Rows } from '../../core/metric/table.ts';
import { BadRowError, FieldError, UnreadableFileError } from '../../load/bad-row.ts';
import { CsvItems } from '../../load/item-lines.ts';
import { readRows, type Reading } from '../../load/read-files.ts';
import type { TextForm } from '../forms/text-form.ts';
import { decoded } from './decoded.ts';
import { digestOfFile, unchanged } from './file-digest.ts';
import { headOf, headerIn } from './head-of-file.ts';
import type { RecordSink, RowSource } from './row-source.ts';
import { allUnsaidIn } from './unsaid.ts';

/** A file of separated fields, CSV or TSV; plain, gzip, bzip2 or zstd. */
export class DelimitedFile implements RowSource {
  readonly unit = 'line';
  readonly hasTypes = false;
  readonly label: string;
  readonly #form: TextForm;

  constructor(path: string, form: TextForm) {
    this.label = path;
    this.#form = form;
  }

  async columns(signal: AbortSignal): Promise<readonly string[]> {
    const lines = await headOf(this.label, this.#form, signal);
    const { unsaid } = allUnsaidIn(lines, this.#form);
    if (unsaid.length > 0)
      throw new UnreadableFileError(this.label, unsaid.map(({ message }) => message).join('. It '));
    try {
      const header = headerIn(lines, this.#form);
      if (header) return header.columns;
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      throw new BadRowError({ file: this.label, unit: 'line', number: 1 }, undefined, error.message);
    }
    throw new UnreadableFileError(this.label, 'has no header');
  }

  digest(signal: AbortSignal): Promise<string> {
    return digestOfFile(this.label, signal);
  }

  rows({ name, table, items, onBad }: RecordSink, signal: AbortSignal): AsyncIterable<Rows> {
    const reading: Reading = { rows: 0, bytes: 0, skipped: [] };
    const { encoding, ...form } = this.#form;
    const formatOf = () => ({
      lines: (file: string) => new CsvItems(items, name, file, { ...form, skipsEmpty: true }),
    });
    const rows = readRows(
      { name, table, items, formatOf },
      {
        files: [this.label],
        skipBad: 0,
        onBad,
        reading,
        signal,
        ...(encoding === undefined ? {} : { decode: (content) => decoded(content, encoding, this.label) }),
      },
    );
    return unchanged(this.label, rows);
  }
}
