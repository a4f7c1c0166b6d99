import { createHash } from 'node:crypto';
import { type DuckDBConnection, DuckDBTypeId } from '@duckdb/node-api';
import type { Grain } from '../../core/time/time.ts';
import { type Derivation, digestRows, type Read, untilOf } from '../derivation.ts';
import { DUCKDB } from './dialect.ts';
import { allowMemory, type Engine, execute, query } from './engine.ts';
import { Bindings, identifier, rowsOfFiles } from './sql.ts';
import { makeTextType } from './text-numbers.ts';

/** Memory and intermediate tables for deriving rows, kept over several writes. */
export class Making {
  readonly #engine: Engine;
  /** The intermediate tables, which lie in the schema `making`, by a hash of what they were made of. */
  readonly #digests: Map<string, Read> = new Map();
  #begun = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Gives the engine more memory, until `end`. */
  async begin(connection: DuckDBConnection): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    await allowMemory(connection, true);
    await execute(connection, 'CREATE SCHEMA IF NOT EXISTS making');
  }

  /** Returns a derivation's digest of some files, which is made once; undefined if the derivation has none. */
  async digest(
    connection: DuckDBConnection,
    derivation: Derivation,
    grain: Grain,
    files: readonly string[],
  ): Promise<Read | undefined> {
    const { digest, without, reads } = derivation;
    if (!digest) return undefined;
    const texts = digest.map(({ rows }) => rows.text);
    const key = createHash('sha256')
      .update([grain, untilOf(reads, grain) ?? '', ...texts, ...files, ...(without?.values ?? [])].join('\0'))
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

  /** Drops the digests, because other writers may change what they were made of, and frees the memory. */
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
 * Makes a table of a query's rows in which each text is a number.
 * @returns the name of the table
 */
async function keep(
  connection: DuckDBConnection,
  name: string,
  rows: string,
  bindings: Bindings,
): Promise<string> {
  const table = inMaking(name);
  await execute(connection, `CREATE OR REPLACE TABLE ${table} AS ${rows}`, bindings);
  const texts = await textsOf(connection, table);
  if (texts.length === 0) return table;
  const numbers: string[] = [];
  for (const text of texts) {
    const column = identifier(text);
    const type = inMaking(`${name}_${text}`);
    await makeTextType(connection, type, [`SELECT ${column} FROM ${table}`]);
    numbers.push(`CAST(${column} AS ${type}) AS ${column}`);
  }
  const numbered = inMaking(`${name}_numbered`);
  const columns = `* REPLACE (${numbers.join(', ')})`;
  await execute(connection, `CREATE OR REPLACE TABLE ${numbered} AS SELECT ${columns} FROM ${table}`);
  await execute(connection, `DROP TABLE ${table}`);
  return numbered;
}

function inMaking(name: string): string {
  return `making.${identifier(name)}`;
}

/** Lists the text columns of a table. */
async function textsOf(connection: DuckDBConnection, table: string): Promise<string[]> {
  const none = await query(connection, `SELECT * FROM ${table} LIMIT 0`);
  const types = none.columnTypes();
  return none.columnNames().filter((_, index) => types[index]?.typeId === DuckDBTypeId.VARCHAR);
}
