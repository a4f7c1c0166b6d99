import type { Rows } from '../../core/metric/table.ts';
import { BadRowError, FieldError, UnreadableFileError } from '../../load/bad-row.ts';
import { JsonLines } from '../../load/item-lines.ts';
import { readRows, type Reading } from '../../load/read-files.ts';
import { digestOfFile, unchanged } from './file-digest.ts';
import { headOf } from './head-of-file.ts';
import type { RecordSink, RowSource } from './row-source.ts';

/** The number of lines whose members are the columns. */
const MAX_LINES = 1000;

/** A file with one JSON object a line; plain, gzip, bzip2 or zstd. */
export class NdjsonFile implements RowSource {
  readonly unit = 'line';
  readonly hasTypes = false;
  readonly label: string;

  constructor(path: string) {
    this.label = path;
  }

  async columns(signal: AbortSignal): Promise<readonly string[]> {
    const lines = await headOf(this.label, {}, signal);
    const parser = new JsonLines();
    const names = new Set<string>();
    for (const [i, line] of lines.slice(0, MAX_LINES).entries())
      try {
        for (const name of Object.keys(parser.parse(line) ?? {})) names.add(name);
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        throw BadRowError.of(error, { file: this.label, unit: 'line', number: i + 1 });
      }
    if (names.size === 0) throw new UnreadableFileError(this.label, 'has no JSON objects');
    return [...names];
  }

  digest(signal: AbortSignal): Promise<string> {
    return digestOfFile(this.label, signal);
  }

  rows({ name, table, items, onBad }: RecordSink, signal: AbortSignal): AsyncIterable<Rows> {
    const reading: Reading = { rows: 0, bytes: 0, skipped: [] };
    const formatOf = () => ({ lines: () => new JsonLines() });
    const options = { files: [this.label], skipBad: 0, onBad, reading, signal };
    return unchanged(this.label, readRows({ name, table, items, formatOf }, options));
  }
}
