import { isAscii } from 'node:buffer';
import { parseJson } from '../core/value/exact-json.ts';
import type { Metric } from '../core/metric/metric.ts';
import { publishable } from '../core/metric/privacy.ts';
import type { Rows } from '../core/metric/table.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { Alike, decoded } from './alike-lines.ts';
import { BadRowError, FieldError, type Place, UnreadableFileError } from './bad-row.ts';
import { CsvItems, type ItemLines, JsonLines } from './item-lines.ts';
import { itemsOf } from './items.ts';
import type { ItemReader } from './item-reader.ts';
import { RowsBuilder } from './rows-builder.ts';
import type { Kind, RowSink } from './kind.ts';
import { isParquet, parquetRows } from './parquet-rows.ts';
import { peekAnswers } from './peek-answers.ts';
import { contentOf, fileLabel, peek, sizeOf } from './source.ts';
import { lineBytes, wholeText } from './text-lines.ts';
import { asItem, type Item } from './values.ts';

/** The approximate number of rows in a batch. */
const BATCH_ROWS = 8192;
/** The number of bytes that tell the format. A JSON answer may begin with white space. */
const HEAD_BYTES = 4096;

/** The progress and the skipped rows of a read. It is updated while rows are read. */
export interface Reading {
  rows: number;
  /** The bytes read of the packed files, as on disk. */
  bytes: number;
  readonly skipped: BadRowError[];
}

export interface ReadOptions extends ReadFilesOptions {
  readonly metric: Metric;
}

interface ReadFilesOptions {
  /** Paths; `-` is standard input. */
  readonly files: readonly string[];
  /** How many bad rows are skipped, and noted in `reading.skipped`, before one is an error. */
  readonly skipBad: number;
  /** Receives every bad row with all of its mistakes. None is an error then. */
  readonly onBad?: (bad: BadRowError) => void;
  readonly reading: Reading;
  readonly signal: AbortSignal;
  /** Turns the content of each file into UTF-8, if it is written otherwise. */
  readonly decode?: (content: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;
  /** Called before each file. No batch has rows of two files. */
  readonly onFile?: () => void;
}

/**
 * Reads the rows of a metric: JSON answers, NDJSON of items, CSV or TSV with a header; plain, gzip or bzip2. And
 * Parquet files on disk with the columns of CSV.
 * The content of a file tells its format. Memory is bounded, except for a JSON answer.
 * @throws BadRowError, UnreadableFileError
 */
export function readFiles(options: ReadOptions): AsyncGenerator<Rows> {
  return readRows(kindOf(options.metric), options);
}

/** Reads files of a metric one by one, as `readFiles` does. */
export function fileReader({ metric, ...options }: Omit<ReadOptions, 'files' | 'onFile'>): {
  readonly read: (file: string) => AsyncGenerator<Rows>;
} {
  return new RowReader(kindOf(metric), options);
}

function kindOf(metric: Metric): Kind {
  const isPublishable = publishable(metric);
  return {
    name: metric.name,
    table: tableOf(metric),
    items: itemsOf(metric),
    ...(isPublishable ? { isPublishable } : {}),
  };
}

/** Reads the rows of any table, like `readFiles`. No batch has rows of two files. */
export async function* readRows(kind: Kind, options: ReadFilesOptions): AsyncGenerator<Rows> {
  const reader = new RowReader(kind, options);
  for (const file of options.files) {
    options.onFile?.();
    yield* reader.read(file);
  }
}

class RowReader {
  readonly rows: RowsBuilder;
  readonly #kind: Kind;
  readonly #options: Omit<ReadFilesOptions, 'files'>;
  readonly #items: ItemReader;

  constructor(kind: Kind, options: Omit<ReadFilesOptions, 'files'>) {
    this.#kind = kind;
    this.#options = options;
    this.#items = kind.items;
    this.rows = new RowsBuilder(kind.table);
  }

  take(): Rows {
    this.#options.reading.rows += this.rows.length;
    if (this.#kind.isPublishable) this.rows.keep(this.#kind.isPublishable);
    return this.rows.take();
  }

  async *read(path: string): AsyncGenerator<Rows> {
    yield* this.#read(path);
    if (this.rows.held > 0) yield this.take();
  }

  async *#read(path: string): AsyncGenerator<Rows> {
    const { signal, reading, decode = (bytes: AsyncIterable<Buffer>) => bytes } = this.#options;
    const before = reading.bytes;
    const file = fileLabel(path);
    const content = decode(contentOf(path, signal, (bytes) => (reading.bytes += bytes)));
    const { head, all } = await peek(
      content,
      (bytes) => /\S\s*\S{7}/.test(bytes.toString('utf8', 0, HEAD_BYTES)) || bytes.length >= HEAD_BYTES,
    );
    const start = withoutMark(head.toString('utf8', 0, HEAD_BYTES)).trimStart();
    // An empty file most likely means that its export failed.
    if (start === '') throw new UnreadableFileError(file, 'is empty');
    const format = this.#kind.formatOf?.(start, path);
    if (isParquet(start)) yield* this.#readParquet(path, all, before);
    else if (format && 'rows' in format) yield* this.#readInto(format.rows(all, file, this.#sinkOf(file)));
    else if (format) yield* this.#readLines(file, all, format.lines(file));
    else if (start.startsWith('<')) {
      throw new UnreadableFileError(
        file,
        'is HTML or XML. The only XML that can be imported is a MediaWiki dump: kraken import mediawiki-history',
      );
    } else if (/^(\[|\{\s*"items"\s*:)/.test(start)) {
      const { isOneALine, all: answers } = await peekAnswers(all);
      if (isOneALine) yield* this.#readLines(file, answers, new JsonLines());
      else yield* this.#readAnswer(file, answers);
    } else if (start.startsWith('{')) yield* this.#readLines(file, all, new JsonLines());
    else yield* this.#readLines(file, all, new CsvItems(this.#items, this.#kind.name, file));
  }

  async *#readAnswer(file: string, content: AsyncIterable<Buffer>): AsyncGenerator<Rows> {
    const text = await wholeText(content, file);
    let answer: unknown;
    try {
      answer = parseJson(withoutMark(text));
    } catch (cause) {
      throw new UnreadableFileError(file, `is not JSON: ${(cause as Error).message}`, { cause });
    }
    const items = Array.isArray(answer) ? answer : (answer as { items: unknown }).items;
    if (!Array.isArray(items)) throw new UnreadableFileError(file, 'has no list of items');
    for (const [index, item] of items.entries()) {
      this.#appendItem(item, file, index + 1);
      if (this.rows.held >= BATCH_ROWS) yield this.take();
    }
  }

  /** @param before how many bytes were read of other files */
  async *#readParquet(path: string, content: AsyncIterable<Buffer>, before: number): AsyncGenerator<Rows> {
    // DuckDB reads the file by itself: this one is closed.
    for await (const _ of content) break;
    const { signal, reading } = this.#options;
    yield* this.#readInto(parquetRows(path, this.#kind, this.#sinkOf(fileLabel(path), 'row'), signal));
    reading.bytes = before + ((await sizeOf([path])) ?? 0);
  }

  #sinkOf(file: string, unit: Place['unit'] = 'line'): RowSink {
    return {
      rows: this.rows,
      refuse: (error, number) => this.#refuse(error, { file, unit, number }, this.rows.length),
    };
  }

  async *#readInto(appending: AsyncIterable<void>): AsyncGenerator<Rows> {
    for await (const _ of appending) {
      this.#options.signal.throwIfAborted();
      if (this.rows.held >= BATCH_ROWS) yield this.take();
    }
  }

  async *#readLines(file: string, content: AsyncIterable<Buffer>, parser: ItemLines): AsyncGenerator<Rows> {
    let line = 0;
    // Lines that are alike are read byte by byte; others as texts.
    const isByBytes = parser.formOf !== undefined && this.#items.alike !== undefined;
    const alike = new Alike(this.#items);
    for await (const bytes of lineBytes(content, file, () => line)) {
      this.#options.signal.throwIfAborted();
      const text = bytes.toString(isByBytes || isAscii(bytes) ? 'latin1' : 'utf8');
      parser.begin?.(text);
      for (let start = 0; start < text.length;) {
        const next = parser.isOpen ? -1 : alike.append(text, start, this.rows);
        if (next >= 0) {
          line++;
          start = next;
        } else {
          const newline = text.indexOf('\n', start);
          const end = newline < 0 ? text.length : newline;
          let own = isByBytes ? decoded(text.slice(start, end)) : text.slice(start, end);
          if (line === 0) own = withoutMark(own);
          const before = this.rows.length;
          this.#appendLine(own, parser, file, ++line);
          if (this.rows.length === before + 1) alike.learn(() => parser.formOf?.(own));
          start = end + 1;
        }
        if (this.rows.held >= BATCH_ROWS) yield this.take();
      }
    }
    parser.end?.();
  }

  #appendLine(text: string, parser: ItemLines, file: string, line: number): void {
    const before = this.rows.length;
    let item;
    try {
      item = parser.parse(text, line);
      if (item && parser.isGap) this.#items.appendGap?.(item, this.rows);
      else if (item && !isAnswer(item)) this.#items.append(item, this.rows, line - parser.spanned + 1);
    } catch (error) {
      this.#refuse(error, { file, unit: 'line', number: line - parser.spanned + 1 }, before);
    }
    if (item && isAnswer(item)) this.#appendAnswer(item.items, { file, unit: 'line', number: line });
  }

  /** Appends the items of an answer that is one line. */
  #appendAnswer(items: readonly unknown[], place: Place): void {
    for (const [index, item] of items.entries()) {
      const before = this.rows.length;
      try {
        this.#items.append(asItem(item), this.rows, place.number);
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        const field = [`items[${index}]`, ...(error.field === undefined ? [] : [error.field])].join('.');
        this.#refuse(new FieldError(field, error.message), place, before);
      }
    }
  }

  #appendItem(value: unknown, file: string, number: number): void {
    const before = this.rows.length;
    try {
      this.#items.append(asItem(value), this.rows, number);
    } catch (error) {
      this.#refuse(error, { file, unit: 'item', number }, before);
    }
  }

  /** Drops what a bad item has appended, and skips the item if that is allowed. */
  #refuse(error: unknown, place: Place, before: number): void {
    if (!(error instanceof FieldError)) throw error;
    const bad = BadRowError.of(error, place);
    const { reading, skipBad, onBad } = this.#options;
    if (onBad) {
      onBad(bad);
      for (const other of error.others) onBad(BadRowError.of(other, place));
    } else if (reading.skipped.length >= skipBad) throw bad;
    else reading.skipped.push(bad);
    this.rows.truncate(before);
  }
}

function isAnswer(item: Item): item is { readonly items: readonly unknown[] } {
  return Array.isArray(item.items);
}

const BYTE_ORDER_MARK = '\ufeff';

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}
