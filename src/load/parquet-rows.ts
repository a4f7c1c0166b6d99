import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { EngineError } from '../core/engine-error.ts';
import { named } from '../core/value/named.ts';
import { Engine, fetchChunk, interruptible, query } from '../warehouses/lake/engine.ts';
import { columnTypes, whyNoPath } from '../warehouses/lake/foreign-parquet.ts';
import { Bindings, identifier, rowsOfFiles } from '../warehouses/lake/sql.ts';
import { FieldError, UnreadableFileError } from './bad-row.ts';
import { columnsRead } from './columns-read.ts';
import type { Kind, RowSink } from './kind.ts';
import type { AlikeRow } from './line-form.ts';
import { fileLabel } from './source.ts';

/** What a Parquet file begins with, and ends with. */
const MAGIC = 'PAR1';
const INTEGER = /^U?(TINY|SMALL|BIG)?INT(EGER)?$/;
const NESTED = /[[(]/;
/** The greatest count that rows which are alike may have: as many digits as lines that are alike may have. */
const MAX_COUNT = 999_999_999_999_999;

/** Whether a file that begins like this is Parquet. */
export function isParquet(start: string): boolean {
  return start.startsWith(MAGIC);
}

/** A column that is read. */
interface Column {
  readonly name: string;
  /** The SQL of its value: a text, a number, or NULL. */
  readonly value: string;
  /** Whether its values are whole numbers, as numbers. */
  readonly isWhole: boolean;
}

/**
 * Appends the rows of a Parquet file whose columns are those of a CSV file, in any order. DuckDB reads it. A value that
 * is missing is one that CSV leaves empty. Yields from time to time.
 * @throws UnreadableFileError; BadRowError, with the number of the row from 1
 */
export async function* parquetRows(
  path: string,
  { name, items }: Pick<Kind, 'name' | 'items'>,
  sink: RowSink,
  signal: AbortSignal,
): AsyncGenerator<void> {
  const { rows } = sink;
  const file = fileLabel(path);
  await assertReadable(path, file);
  const engine = await Engine.open(tmpdir());
  try {
    const connection = await engine.borrow(signal);
    const run = <T>(work: () => Promise<T>): Promise<T> => interruptible(connection, signal, work);
    const described = new Bindings();
    const relation = rowsOfFiles([path], described);
    const types = await run(() => columnTypes(connection, relation, described));
    const columns = columnsRead(items.columns, name, [...types.keys()], (column, reason) => {
      throw new UnreadableFileError(file, `column "${column}" ${reason}`);
    }).map(([, column]) => columnOf(file, column, types.get(column) ?? '', items.columns.numbers ?? []));
    const reader = new Reader(columns, items);
    const bindings = new Bindings();
    const result = await run(() => query(connection, statementOf(columns, path, bindings), bindings));
    let row = 0;
    for (;;) {
      const chunk = await run(() => fetchChunk(result));
      if (!chunk) break;
      const values = columns.map((_, index) => chunk.getColumnVector(index));
      const changed = chunk.getColumnVector(columns.length);
      for (let at = 0; at < chunk.rowCount; at++) {
        row++;
        const before = rows.length;
        try {
          reader.append(
            (index) => values[index]?.getItem(at) as Value,
            changed.getItem(at) as number,
            rows,
            row,
          );
        } catch (error) {
          if (!(error instanceof FieldError)) throw error;
          rows.truncate(before);
          sink.refuse(error, row);
        }
      }
      yield;
    }
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw new UnreadableFileError(file, `can't be read as Parquet: ${cause.message}`, { cause });
  } finally {
    await engine.close();
  }
}

type Value = string | number | null;

/** Reads rows of which most have many values in common with the row before, as the reader of any item does. */
class Reader {
  readonly #columns: readonly Column[];
  readonly #items: Kind['items'];
  readonly #numbers: readonly boolean[];
  /** Reads rows that lack no value; undefined if the columns aren't those of such rows. */
  readonly #alike: AlikeRow | undefined;
  readonly #counts: number[];
  /** Whether `#alike` lacks values of the row before. */
  #isStale = true;

  constructor(columns: readonly Column[], items: Kind['items']) {
    this.#columns = columns;
    this.#items = items;
    this.#numbers = columns.map(({ name }) => items.columns.numbers?.includes(name) ?? false);
    const alike = items.alike?.(columns.map(({ name }) => name));
    const isPlain = alike?.isCount.every((isCount, index) => isCount === columns[index]?.isWhole);
    this.#alike = isPlain ? alike : undefined;
    this.#counts = columns.map(() => 0);
  }

  /**
   * Appends the row of some values.
   * @param changed a bit for each column, lowest first: whether its value differs from that of the row before
   * @throws FieldError
   */
  append(valueAt: (column: number) => Value, changed: number, rows: RowSink['rows'], number: number): void {
    if (this.#alike && this.#appendAlike(this.#alike, valueAt, changed, rows)) return;
    const item = named<Value>();
    for (const [index, { name }] of this.#columns.entries()) {
      const value = valueAt(index);
      item[name] = value === '' ? null : value;
    }
    const isGap =
      this.#numbers.some(Boolean) &&
      this.#columns.every(({ name }, i) => !this.#numbers[i] || item[name] === null);
    if (isGap && this.#items.appendGap) this.#items.appendGap(item, rows);
    else this.#items.append(item, rows, number);
  }

  /** Returns whether the row was appended; the reader of any item tells what is wrong with it otherwise. */
  #appendAlike(
    alike: AlikeRow,
    valueAt: (column: number) => Value,
    changed: number,
    rows: RowSink['rows'],
  ): boolean {
    const before = rows.length;
    const isStale = this.#isStale;
    this.#isStale = true;
    try {
      for (let i = 0; i < this.#counts.length; i++) {
        if (alike.isCount[i]) {
          const count = valueAt(i);
          if (typeof count !== 'number' || count < 0 || count > MAX_COUNT) return false;
          this.#counts[i] = count;
        } else if (isStale || changed & (1 << i)) {
          const text = valueAt(i);
          if (typeof text !== 'string' || text === '') return false;
          alike.setText(i, text);
        }
      }
      alike.append(this.#counts, rows);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      rows.truncate(before);
      return false;
    }
    this.#isStale = false;
    return true;
  }
}

/** Selects the columns of a file in its order, and as the last column, which of them differ from the row before. */
function statementOf(columns: readonly Column[], path: string, bindings: Bindings): string {
  const values = columns.map(({ value }, index) => `${value} AS _c${index}`);
  const changed = columns.map(({ isWhole }, i) =>
    isWhole ? '0' : `CASE WHEN _c${i} IS DISTINCT FROM lag(_c${i}) OVER () THEN ${2 ** i} ELSE 0 END`,
  );
  return `SELECT *, CAST(${changed.join(' + ')} AS INTEGER) AS _changed
    FROM (SELECT ${values.join(', ')} FROM ${rowsOfFiles([path], bindings)}) AS every_row`;
}

/** @throws UnreadableFileError for lists and other types that a column of CSV can't have */
export function columnOf(file: string, name: string, type: string, numbers: readonly string[]): Column {
  if (NESTED.test(type) && !/^(DECIMAL|ENUM)\(/.test(type))
    throw new UnreadableFileError(file, `column "${name}" has the type ${type}, and not a number or a text`);
  const column = identifier(name);
  if (numbers.includes(name)) {
    const isWhole = INTEGER.test(type);
    const isNumber = isWhole || type === 'DOUBLE' || type === 'FLOAT';
    return { name, isWhole, value: `CAST(${column} AS ${isNumber ? 'DOUBLE' : 'VARCHAR'})` };
  }
  const iso = `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ')`;
  const value = type.startsWith('TIMESTAMP')
    ? `CASE WHEN date_trunc('second', ${column}) = ${column} THEN ${iso} ELSE CAST(${column} AS VARCHAR) END`
    : // Older Hive, Impala and Spark don't mark text as text.
      type === 'BLOB'
      ? `decode(${column})`
      : `CAST(${column} AS VARCHAR)`;
  return { name, isWhole: false, value };
}

/** @throws UnreadableFileError for a file that DuckDB can't open under this path */
async function assertReadable(path: string, file: string): Promise<void> {
  const why = whyNoPath(path);
  if (why !== undefined) throw new UnreadableFileError(file, why);
  const start = Buffer.alloc(MAGIC.length);
  if (path !== '-') {
    const handle = await open(path);
    try {
      await handle.read(start);
    } finally {
      await handle.close();
    }
  }
  if (start.toString('latin1') !== MAGIC)
    throw new UnreadableFileError(
      file,
      'is Parquet, which is read from a file that is not packed, by its path',
    );
}
