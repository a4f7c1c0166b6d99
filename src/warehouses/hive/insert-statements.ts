import type { DuckDBValue } from '@duckdb/node-api';
import type { Table } from '../../core/metric/table.ts';
import { type Engine, fetchChunk, query } from '../lake/engine.ts';
import { Bindings, fileColumns, rowsOfFiles } from '../lake/sql.ts';
import { qualified } from './ddl.ts';
import { textLiteral } from './literals.ts';
import type { LivePartition } from './select-statement.ts';

/** What a statement holds at most: each costs Hive a job, whose compilation grows with its text. */
const STATEMENT_ROWS = 5_000;
const STATEMENT_LENGTH = 1_000_000;
/** A hundred is what Hive takes by default. */
const STATEMENT_PARTITIONS = 50;

/** Rows on the way to a Hive that doesn't see this host's files. */
interface Outgoing {
  readonly partition: LivePartition;
  /** The Parquet file that has its rows. */
  readonly path: string;
}

/**
 * The statements that put the rows of files into partitions, which have nothing else afterwards,
 * whatever was left in them by somebody who died. Bounded in memory.
 */
export async function* insertStatements(
  engine: Engine,
  database: string,
  table: Table,
  outgoing: readonly Outgoing[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  const statement = new InsertStatement(qualified(database, table.name));
  for (const { partition, path } of outgoing) {
    if (!statement.takes(partition)) yield* statement.flush();
    const { year, month, version } = partition;
    const columns = fileColumns(table);
    for await (const rows of rowsOf(engine, table, path, signal)) {
      for (const row of rows) {
        const values = row.map((value, index) => valueLiteral(value, columns[index]?.type));
        statement.add(partition, `(${[...values, year, month, version].join(', ')})`);
        if (statement.isFull) yield* statement.flush();
      }
    }
    if (statement.continues) yield* statement.flush();
  }
  yield* statement.flush();
}

/** The statement that is being put together. */
class InsertStatement {
  readonly #into: string;
  readonly #partitions = new Set<LivePartition>();
  #rows: string[] = [];
  #length = 0;
  /** The partition that had rows in the statement before. */
  #begun: LivePartition | undefined;
  /** Whether this one adds to what is there. */
  continues = false;

  constructor(into: string) {
    this.#into = into;
  }

  get isFull(): boolean {
    return this.#rows.length >= STATEMENT_ROWS || this.#length >= STATEMENT_LENGTH;
  }

  takes({ grain }: LivePartition): boolean {
    const [first] = this.#partitions;
    return first === undefined || (first.grain === grain && this.#partitions.size < STATEMENT_PARTITIONS);
  }

  add(partition: LivePartition, row: string): void {
    if (this.#rows.length === 0) this.continues = partition === this.#begun;
    this.#partitions.add(partition);
    this.#rows.push(row);
    this.#length += row.length;
    this.#begun = partition;
  }

  *flush(): Generator<string> {
    const [first] = this.#partitions;
    if (!first) return;
    yield [
      `INSERT ${this.continues ? 'INTO' : 'OVERWRITE'} TABLE ${this.#into}`,
      `PARTITION (\`grain\` = ${textLiteral(first.grain)}, \`year\`, \`month\`, \`version\`) VALUES`,
      this.#rows.join(',\n'),
    ].join('\n');
    this.#partitions.clear();
    this.#rows = [];
    this.#length = 0;
    this.continues = false;
  }
}

async function* rowsOf(
  engine: Engine,
  table: Table,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<DuckDBValue[][]> {
  const connection = await engine.borrow(signal);
  let exhausted = false;
  try {
    const bindings = new Bindings();
    // Counts as text, which is exact and what a literal needs.
    const columns = fileColumns(table).map(({ name, type }) =>
      type === 'BIGINT' ? `CAST("${name}" AS VARCHAR)` : `"${name}"`,
    );
    const source = rowsOfFiles([path], bindings);
    const result = await query(connection, `SELECT ${columns.join(', ')} FROM ${source}`, bindings);
    for (;;) {
      signal.throwIfAborted();
      const chunk = await fetchChunk(result);
      if (!chunk) break;
      yield chunk.getRows();
    }
    exhausted = true;
  } finally {
    if (!exhausted) connection.interrupt();
    engine.giveBack(connection);
  }
}

function valueLiteral(value: DuckDBValue | undefined, type: string | undefined): string {
  if (value === null || value === undefined) return 'NULL';
  if (type === 'BIGINT') return `${String(value)}L`;
  // With a D it is a double to Hive, which would round a decimal.
  if (type === 'DOUBLE') return `${String(value)}D`;
  return textLiteral(String(value));
}
