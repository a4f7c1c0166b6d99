import { createHash } from 'node:crypto';
import { type DuckDBConnection, DuckDBTypeId } from '@duckdb/node-api';
import type { Grain } from '../../core/time/time.ts';
import { type Derivation, digestRows, type Read } from '../derivation.ts';
import { DUCKDB } from './dialect.ts';
import { allowMemory, type Engine, execute, query } from './engine.ts';
import { Bindings, identifier, rowsOfFiles } from './sql.ts';

/** What making rows of other tables' rows takes for longer than one write: memory, and digests. */
export class Making {
  readonly #engine: Engine;
  /** The digests that are made, as tables of the schema `making`, by what they were made of. */
  readonly #digests: Map<string, Read> = new Map();
  #begun = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Gives the engine the memory, until the end. */
  async begin(connection: DuckDBConnection): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    await allowMemory(connection, true);
    await execute(connection, 'CREATE SCHEMA IF NOT EXISTS making');
  }

  /** A derivation's digest of some files, made unless it is there; undefined where it has none. */
  async digest(
    connection: DuckDBConnection,
    derivation: Derivation,
    grain: Grain,
    files: readonly string[],
  ): Promise<Read | undefined> {
    const { digest } = derivation;
    if (!digest) return undefined;
    const texts = digest.map(({ rows }) => rows.text);
    const key = createHash('sha256')
      .update([grain, ...texts, ...files].join('\0'))
      .digest('hex');
    const known = this.#digests.get(key);
    if (known) return known;
    let bindings = new Bindings();
    let read: Read = { from: rowsOfFiles(files, bindings) };
    for (const named of digest) {
      const rows = digestRows(derivation, grain, DUCKDB, named, read);
      const from = await keep(connection, `${named.name}_${key}`, rows, bindings);
      if (read.query !== undefined) await execute(connection, `DROP TABLE ${read.from}`);
      read = { query: named.name, from };
      bindings = new Bindings();
    }
    this.#digests.set(key, read);
    return read;
  }

  /** Forgets the digests, since whoever else writes may change what they were made of, and frees the memory. */
  async end(): Promise<void> {
    if (!this.#begun) return;
    this.#begun = false;
    this.#digests.clear();
    await this.#engine.use(new AbortController().signal, async (connection) => {
      await execute(connection, 'DROP SCHEMA IF EXISTS making CASCADE');
      await allowMemory(connection, false);
    });
  }
}

/**
 * Makes a table of a query's rows, in which a text is a number: its place in the order of all texts
 * of its column. Grouping, sorting and comparing take a third of the time, and come to the same.
 * @returns its name
 */
async function keep(
  connection: DuckDBConnection,
  name: string,
  rows: string,
  bindings: Bindings,
): Promise<string> {
  const table = within(name);
  await execute(connection, `CREATE OR REPLACE TABLE ${table} AS ${rows}`, bindings);
  const texts = await textsOf(connection, table);
  if (texts.length === 0) return table;
  const numbers: string[] = [];
  for (const text of texts) {
    const column = identifier(text);
    const type = within(`${name}_${text}`);
    // A type has a value at least, also where no row has one.
    const all = `SELECT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL UNION ALL SELECT ''`;
    const values = `SELECT DISTINCT value FROM (${all}) ORDER BY value`;
    await execute(connection, `CREATE OR REPLACE TYPE ${type} AS ENUM (${values})`);
    numbers.push(`CAST(${column} AS ${type}) AS ${column}`);
  }
  const numbered = within(`${name}_numbered`);
  const columns = `* REPLACE (${numbers.join(', ')})`;
  await execute(connection, `CREATE OR REPLACE TABLE ${numbered} AS SELECT ${columns} FROM ${table}`);
  await execute(connection, `DROP TABLE ${table}`);
  return numbered;
}

function within(name: string): string {
  return `making.${identifier(name)}`;
}

/** The columns of a table that are texts. */
async function textsOf(connection: DuckDBConnection, table: string): Promise<string[]> {
  const none = await query(connection, `SELECT * FROM ${table} LIMIT 0`);
  const types = none.columnTypes();
  return none.columnNames().filter((_, index) => types[index]?.typeId === DuckDBTypeId.VARCHAR);
}
