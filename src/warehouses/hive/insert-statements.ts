import type { DuckDBValue } from '@duckdb/node-api';
import type { Table } from '../../core/metric/table.ts';
import { type Engine, fetchChunk, query } from '../lake/engine.ts';
import { Bindings, fileColumns, rowsOfFiles } from '../lake/sql.ts';
import { qualified } from './ddl.ts';
import { textLiteral } from './literals.ts';
import type { LivePartition } from './select-statement.ts';

/** The bounds of a statement. Each costs Hive a job, whose compilation time grows with the text. */
const MAX_ROWS = 5_000;
const MAX_LENGTH = 1_000_000;
/** Hive allows 100 dynamic partitions by default. */
const MAX_PARTITIONS = 50;

/** Rows on their way to a Hive that can't read this host's files. */
interface Outgoing {
  readonly partition: LivePartition;
  /** The Parquet file that holds the rows. */
  readonly path: string;
}

/**
 * Yields the statements that put the rows of files into partitions and replace everything that a killed
 * process left there. Memory is bounded.
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

/** The statement being built. */
class InsertStatement {
  readonly #into: string;
  readonly #partitions = new Set<LivePartition>();
  #rows: string[] = [];
  #length = 0;
  /** The partition of the last row added, possibly in the statement before. */
  #begun: LivePartition | undefined;
  /** Whether this statement appends to a partition that the one before began. */
  continues = false;

  constructor(into: string) {
    this.#into = into;
  }

  get isFull(): boolean {
    return this.#rows.length >= MAX_ROWS || this.#length >= MAX_LENGTH;
  }

  takes({ grain }: LivePartition): boolean {
    const [first] = this.#partitions;
    return first === undefined || (first.grain === grain && this.#partitions.size < MAX_PARTITIONS);
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
    // Counts are read as texts, which are exact and what a literal needs.
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
  // The D makes it a double; as a decimal, Hive would round it.
  if (type === 'DOUBLE') return `${String(value)}D`;
  return textLiteral(String(value));
}
