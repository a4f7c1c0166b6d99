import type { DuckDBDataChunk } from '@duckdb/node-api';
import { sumOf } from '../../core/question/aggregation.ts';
import type { Rows, Table } from '../../core/metric/table.ts';
import {
  formatTimestamp,
  type Grain,
  type Ordinal,
  ordinalAt,
  parseTimestamp,
} from '../../core/time/time.ts';
import type { Select } from '../warehouse.ts';
import { rowsToRead, type RowsToRead } from './as-of.ts';
import { chunksOf } from './chunks.ts';
import { isInFileOrder, pagesOf } from './file-order.ts';
import type { Lake } from './lake.ts';
import { Bindings, identifier, keyColumns, oneOf, textColumns } from './sql.ts';
import { decimalSum } from './decimal-sum.ts';

/** Yields the rows of a query in batches of DuckDB's chunks. It reads only the live files of the span's partitions. */
export async function* select(lake: Lake, question: Select, signal: AbortSignal): AsyncGenerator<Rows> {
  signal.throwIfAborted();
  const { table } = question;
  const manifest = await lake.manifests.of(table.name);
  const read = manifest && rowsToRead(lake, manifest, question);
  if (!read) return;
  const { files } = read;
  if (isInFileOrder(question, read)) {
    for await (const page of pagesOf(lake, table, files, signal)) {
      const { varying, ...statement } = statementOf(question, page, false);
      const decoder = new Decoder(question, varying);
      for await (const chunk of chunksOf(
        lake,
        { reads: [{ table: table.name, files }], ...statement },
        signal,
      ))
        yield decoder.decode(
          chunk,
          page.entry.map((texts) => texts.splice(0, chunk.rowCount)),
        );
    }
    return;
  }
  const { decode, ...statement } = selectionOf(question, read);
  const reads = [{ table: table.name, files }];
  for await (const chunk of chunksOf(lake, { reads, ...statement }, signal)) yield decode(chunk);
}

/** Returns the statement that selects rows of a relation, and what makes rows of its chunks, in their order. */
export function selectionOf(
  question: Select,
  read: Pick<RowsToRead, 'relation'>,
): {
  readonly sql: string;
  readonly bindings: Bindings;
  readonly decode: (chunk: DuckDBDataChunk) => Rows;
} {
  const { varying, ...statement } = statementOf(question, read);
  const decoder = new Decoder(question, varying);
  return { ...statement, decode: (chunk) => decoder.decode(chunk) };
}

/** The start of the month that a timestamp lies in, as text YYYYMMDDHH. */
const MONTH = `substr("timestamp", 1, 6) || '0100'`;

interface Statement {
  readonly sql: string;
  readonly bindings: Bindings;
  /** The text columns of the result. The others have the single value that was asked for. */
  readonly varying: readonly string[];
}

/** @param isWhole whether the rows are to be sorted, and the ranked texts to be in the result */
function statementOf(
  question: Select,
  { relation }: Pick<RowsToRead, 'relation'>,
  isWhole = true,
): Statement {
  const { table, grain, first, last, where, sumTo } = question;
  if (sumTo && table.ranking) throw new TypeError(`the lists of ${table.name} can't be summed`);
  const bindings = new Bindings();
  const stamp = (ordinal: Ordinal) => bindings.text(formatTimestamp('YYYYMMDDHH', grain, ordinal));
  const identifying = keyColumns(table);
  const ofKeys = where.filter(({ column }) => identifying.includes(identifier(column)));
  const source = relation(bindings, () => oneOf(table, ofKeys, bindings));
  const conditions = [
    ...oneOf(table, where, bindings),
    `"timestamp" BETWEEN ${stamp(first)} AND ${stamp(last)}`,
  ];
  const varying = (isWhole ? textColumns(table) : table.dimensions)
    .map(({ name }) => name)
    .filter((name) => constantOf(question, name) === undefined);
  const names = varying.map(identifier);
  const measures = table.measures.map(({ name }, index) => {
    const column = identifier(name);
    return `CAST(${sumTo ? sumOf(question, name, column, decimalSum) : column} AS DOUBLE) AS _m${index}`;
  });
  const columns = [
    ...names,
    `CAST(CAST(${sumTo ? MONTH : '"timestamp"'} AS BIGINT) AS DOUBLE) AS _stamp`,
    ...(table.ranking ? ['CAST("rank" AS DOUBLE) AS _rank'] : []),
    ...measures,
  ];
  const dimensions = table.dimensions.map(({ name }) => name).filter((name) => varying.includes(name));
  const entry = table.entry.map(({ name }) => name).filter((name) => varying.includes(name));
  const order = [
    ...dimensions.map(identifier),
    '_stamp',
    ...(table.ranking ? ['_rank'] : []),
    ...entry.map(identifier),
  ];
  const sorted = `
    SELECT ${columns.join(', ')} FROM ${source}
    WHERE ${conditions.join(' AND ')}
    ${sumTo ? `GROUP BY ${[...names, '_stamp'].join(', ')}` : ''}
    ${isWhole ? `ORDER BY ${order.join(', ')}` : ''}`;
  // A text is decoded only if it differs from the one above: bit n stands for column n.
  const changed = names.map(
    (n, index) => `CASE WHEN ${n} IS DISTINCT FROM lag(${n}) OVER () THEN ${2 ** index} ELSE 0 END`,
  );
  const sql = `SELECT *, CAST(${['0', ...changed].join(' + ')} AS DOUBLE) AS _changed FROM (${sorted}) AS sorted`;
  return { sql, bindings, varying };
}

/** Returns the value that a column has in every row, if the query allows only one. */
function constantOf({ where }: Select, column: string): string | undefined {
  const values = where.find((condition) => condition.column === column)?.values;
  return values?.length === 1 ? values[0] : undefined;
}

/** Decodes the chunks of one result into Rows. Counts come as doubles, which are exact up to 2^53-1. */
class Decoder {
  readonly #question: Select;
  readonly #table: Table;
  readonly #grain: Grain;
  readonly #varying: readonly string[];
  readonly #previous: string[];
  readonly #ordinals = new Map<number, Ordinal>();

  constructor(question: Select, varying: readonly string[]) {
    this.#question = question;
    this.#table = question.table;
    this.#grain = question.sumTo ?? question.grain;
    this.#varying = varying;
    this.#previous = varying.map(() => '');
  }

  /** @param ranked the texts of the ranked columns, if the chunk lacks them */
  decode(chunk: DuckDBDataChunk, ranked?: readonly (readonly string[])[]): Rows {
    const { dimensions, entry, ranking, measures } = this.#table;
    const length = chunk.rowCount;
    const changed = numbers(chunk, chunk.columnCount - 1);
    const text = ({ name }: { name: string }) => this.#texts(chunk, name, changed);
    let column = this.#varying.length;
    const stamps = numbers(chunk, column++);
    const ranks = ranking ? numbers(chunk, column++) : undefined;
    return {
      length,
      grain: this.#grain,
      ordinals: stamps.map((stamp) => this.#ordinal(stamp)),
      dimensions: dimensions.map(text),
      entry: ranked ?? entry.map(text),
      ...(ranks ? { ranks } : {}),
      measures: measures.map(({ nullable }) => numbers(chunk, column++, nullable)),
    };
  }

  #texts(chunk: DuckDBDataChunk, name: string, changed: readonly number[]): string[] {
    const index = this.#varying.indexOf(name);
    if (index < 0) {
      return new Array<string>(chunk.rowCount).fill(constantOf(this.#question, name) as string);
    }
    const vector = chunk.getColumnVector(index);
    const bit = 2 ** index;
    let value = this.#previous[index] as string;
    const texts = changed.map((bits, row) => {
      if (bits & bit) value = vector.getItem(row) as string;
      return value;
    });
    this.#previous[index] = value;
    return texts;
  }

  #ordinal(stamp: number): Ordinal {
    let ordinal = this.#ordinals.get(stamp);
    if (ordinal === undefined) {
      ordinal = ordinalAt(this.#grain, parseTimestamp(String(stamp).padStart(10, '0')) as number);
      this.#ordinals.set(stamp, ordinal);
    }
    return ordinal;
  }
}

function numbers(chunk: DuckDBDataChunk, column: number, nullable = false): number[] {
  const vector = chunk.getColumnVector(column);
  const values = new Array<number>(chunk.rowCount);
  for (let row = 0; row < values.length; row++) values[row] = vector.getItem(row) as number;
  return nullable ? values.map((value) => value ?? NaN) : values;
}
