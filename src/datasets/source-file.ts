import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { whyUnreadable } from '../files/file-error.ts';
import { BadRowError, FieldError, UnreadableFileError } from '../load/bad-row.ts';
import { checkSeparator, CsvRecords, separatorOf } from '../load/csv-records.ts';
import { CsvItems } from '../load/item-lines.ts';
import { readRows, type Reading } from '../load/read-files.ts';
import { contentOf, fileLabel } from '../load/source.ts';
import { wholeLines } from '../load/text-lines.ts';
import type { Rows } from '../core/metric/table.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { Mapped } from './file-metric.ts';
import { BadRows } from './bad-rows.ts';
import { Records } from './records.ts';

/** The source of a data set's rows. */
export interface RowSource {
  /** Lists the names of the columns, in order. @throws UnreadableFileError, BadRowError, EngineError */
  columns(signal: AbortSignal): Promise<readonly string[]>;
  /** Returns a digest that changes with the content. @throws UnreadableFileError, EngineError */
  digest(signal: AbortSignal): Promise<string>;
  /** @throws BadRowsError, UnreadableFileError, EngineError */
  rows(mapped: Mapped, signal: AbortSignal): AsyncIterable<Rows>;
}

/** A CSV or TSV file with a header; plain, gzip or bzip2. */
export class DelimitedFile implements RowSource {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async columns(signal: AbortSignal): Promise<readonly string[]> {
    const content = contentOf(this.#path, signal, () => undefined);
    let records: CsvRecords | undefined;
    let number = 0;
    for await (const text of wholeLines(content, fileLabel(this.#path))) {
      for (const line of text.replace(/^\ufeff/, '').split('\n')) {
        number++;
        records ??= new CsvRecords(separatorOf(line));
        try {
          const fields = records.push(line);
          if (!fields) continue;
          checkSeparator(fields);
          return fields.map((name) => name.trim());
        } catch (error) {
          if (!(error instanceof FieldError)) throw error;
          throw new BadRowError({ file: this.#path, unit: 'line', number }, undefined, error.message);
        }
      }
    }
    throw new UnreadableFileError(this.#path, 'has no header');
  }

  digest(signal: AbortSignal): Promise<string> {
    return digestOfFile(this.#path, signal);
  }

  rows(mapped: Mapped, signal: AbortSignal): AsyncIterable<Rows> {
    const { metric } = mapped;
    const items = new Records(mapped, 'line');
    const reading: Reading = { rows: 0, bytes: 0, skipped: [] };
    const formatOf = () => ({ lines: (file: string) => new CsvItems(items, metric.name, file) });
    const kind = { name: metric.name, table: tableOf(metric), items, formatOf };
    const bad = new BadRows();
    const rows = readRows(kind, { files: [this.#path], skipBad: 0, onBad: bad.add, reading, signal });
    return unchanged(this.#path, bad.over(rows));
  }
}

/** Digests of files that didn't change, so that they aren't read again. */
const digests = new LRUCache<string, string>({ max: 1000 });

/** Returns the content's SHA-256. @throws UnreadableFileError */
export async function digestOfFile(path: string, signal: AbortSignal): Promise<string> {
  const key = `${path} ${await digestOf(path)}`;
  const known = digests.get(key);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Buffer);
  } catch (cause) {
    signal.throwIfAborted();
    throw new UnreadableFileError(path, `can't be read: ${whyUnreadable(cause)}`, { cause });
  }
  const digest = hash.digest('hex');
  digests.set(key, digest);
  return digest;
}

/** Yields rows, and checks at the end that the file didn't change meanwhile. @throws FileChangedError */
export async function* unchanged(path: string, rows: AsyncIterable<Rows>): AsyncGenerator<Rows> {
  const before = await digestOf(path);
  yield* rows;
  if ((await digestOf(path)) !== before) throw new FileChangedError(path);
}

/** A file was written while it was read. It is read again soon. */
export class FileChangedError extends Error {
  constructor(path: string) {
    super(`${path} changed while it was read`);
    this.name = 'FileChangedError';
  }
}

/** Returns a digest of a file's identity, size and time, without reading it. Symbolic links are followed. */
export async function digestOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'absent';
  }
}
