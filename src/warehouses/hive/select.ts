import { sumOfDecimals } from '../../core/value/decimal-sum.ts';
import { EngineError } from '../../core/engine-error.ts';
import type { Rows, Table } from '../../core/metric/table.ts';
import { type Grain, lengthOf, type Ordinal, ordinalAt, parseTimestamp } from '../../core/time/time.ts';
import { compareUtf8 } from '../../core/value/utf8-order.ts';
import type { Select } from '../warehouse.ts';
import type { Page } from './page.ts';
import { type LivePartition, selectStatement, type Statement } from './select-statement.ts';
import type { Sessions } from './sessions.ts';

/** The maximum size of an answer that is sorted here, so that Hive need not start a job. */
const SMALL_ROWS = 10_000;

/**
 * Yields the rows of a query from the live partitions of its span, sorted by dimensions, period and rank in
 * the order of UTF-8 bytes. Without live partitions Hive isn't asked.
 * @throws EngineError if Hive fails, or a number is missing or beyond 2^53-1
 */
export async function* selectRows(
  sessions: Pick<Sessions, 'query'>,
  database: string,
  question: Select,
  live: readonly LivePartition[],
  signal: AbortSignal,
): AsyncGenerator<Rows> {
  signal.throwIfAborted();
  const small = isSmall(question);
  const statement = selectStatement(database, question, live, { sorted: !small });
  if (!statement) return;
  const decoder = new Decoder(question, statement);
  const pages = sessions.query(statement.sql, signal);
  if (small) {
    const collected: Rows[] = [];
    for await (const page of pages) collected.push(decoder.decode(page));
    const rows = inOrder(collected);
    if (rows) yield question.sumTo ? summed(question.table, rows) : rows;
  } else {
    for await (const page of pages) yield decoder.decode(page);
  }
}

/** Tells whether the query names every series and can't have many rows. */
function isSmall({ table, where, grain, first, last }: Select): boolean {
  if (table.ranking) return false;
  let rows = lengthOf({ grain, first, last });
  for (const { name } of table.dimensions) {
    const condition = where.find(({ column }) => column === name);
    if (!condition) return false;
    rows *= condition.values.length;
  }
  return rows <= SMALL_ROWS;
}

/** Decodes the pages of one result into Rows. */
class Decoder {
  readonly #question: Select;
  readonly #statement: Statement;
  readonly #grain: Grain;
  readonly #ordinals = new Map<string, Ordinal>();

  constructor(question: Select, statement: Statement) {
    this.#question = question;
    this.#statement = statement;
    this.#grain = question.sumTo ?? question.grain;
  }

  decode(page: Page): Rows {
    const { dimensions, entry, ranking, measures } = this.#question.table;
    const { varying, constants } = this.#statement;
    const texts = ({ name }: { name: string }): string[] => {
      const constant = constants.get(name);
      if (constant !== undefined) return new Array<string>(page.length).fill(constant);
      return present(page.text(varying.indexOf(name)), name);
    };
    let column = varying.length;
    const stamps = present(page.text(column++), 'timestamp');
    const ranks = ranking ? page.number(column++) : undefined;
    return {
      length: page.length,
      grain: this.#grain,
      ordinals: stamps.map((stamp) => this.#ordinal(stamp)),
      dimensions: dimensions.map(texts),
      entry: entry.map(texts),
      ...(ranks ? { ranks } : {}),
      measures: measures.map(({ name, type, nullable }) => {
        const found = page.number(column++);
        const numbers = nullable ? found.map((one) => one ?? NaN) : present(found, name);
        return type === 'decimal' ? numbers : exact(numbers, name);
      }),
    };
  }

  #ordinal(stamp: string): Ordinal {
    let ordinal = this.#ordinals.get(stamp);
    if (ordinal === undefined) {
      const instant = parseTimestamp(stamp.padEnd(10, stamp.length === 6 ? '0100' : '0'));
      if (instant === undefined)
        throw new EngineError('hive', `a row has the timestamp ${stamp.slice(0, 20)}`);
      ordinal = ordinalAt(this.#grain, instant);
      this.#ordinals.set(stamp, ordinal);
    }
    return ordinal;
  }
}

/** Kraken writes NULL only for gaps. A NULL that another program wrote must not become a number or a text. */
function present<Value>(values: readonly (Value | null)[], name: string): Value[] {
  if (values.includes(null)) throw new EngineError('hive', `a row has NULL in ${name}`);
  return values as Value[];
}

/** Checks counts that came as doubles: beyond 2^53-1 they may have been rounded on the way. */
function exact(counts: number[], name: string): number[] {
  for (const count of counts) {
    if (!Number.isSafeInteger(count) && !Number.isNaN(count))
      throw new EngineError('hive', `a count in ${name} is beyond 2^53-1`);
  }
  return counts;
}

/** Joins batches into one, sorted by dimensions and period. */
function inOrder(batches: readonly Rows[]): Rows | undefined {
  const [first] = batches;
  if (!first) return undefined;
  const joined = <Value>(columnOf: (rows: Rows) => readonly Value[]): Value[] => batches.flatMap(columnOf);
  const dimensions = first.dimensions.map((_, index) => joined((rows) => rows.dimensions[index]!));
  const ordinals = joined((rows) => rows.ordinals);
  const order = [...ordinals.keys()].sort((a, b) => {
    for (const column of dimensions) {
      const difference = compareUtf8(column[a]!, column[b]!);
      if (difference !== 0) return difference;
    }
    return ordinals[a]! - ordinals[b]!;
  });
  const sorted = <Value>(column: readonly Value[]): Value[] => order.map((row) => column[row]!);
  return {
    length: order.length,
    grain: first.grain,
    ordinals: sorted(ordinals),
    dimensions: dimensions.map(sorted),
    entry: [],
    measures: first.measures.map((_, index) => sorted(joined((rows) => rows.measures[index]!))),
  };
}

/** Adds up sorted rows with the same series and period. */
function summed(table: Table, { grain, ordinals, dimensions, measures }: Rows): Rows {
  const starts: number[] = [];
  for (let row = 0; row < ordinals.length; row++) {
    const like = (column: readonly unknown[]): boolean => column[row] === column[row - 1];
    if (row === 0 || !like(ordinals) || !dimensions.every(like)) starts.push(row);
  }
  const firsts = <Value>(column: readonly Value[]): Value[] => starts.map((row) => column[row]!);
  return {
    length: starts.length,
    grain,
    ordinals: firsts(ordinals),
    dimensions: dimensions.map(firsts),
    entry: [],
    measures: measures.map((column, m) => {
      const add = table.measures[m]?.type === 'decimal' ? sumOfDecimals : sum;
      return starts.map((row, index) => add(column.slice(row, starts[index + 1])));
    }),
  };
}

/** @throws EngineError if the sum is beyond 2^53-1 */
function sum(numbers: readonly number[]): number {
  const total = numbers.reduce((a, b) => a + b, 0);
  if (Math.abs(total) > Number.MAX_SAFE_INTEGER) throw new EngineError('hive', 'a sum is beyond 2^53-1');
  return total;
}
