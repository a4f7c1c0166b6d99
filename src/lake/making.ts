import { createHash } from 'node:crypto';
import { type DuckDBConnection, DuckDBTypeId } from '@duckdb/node-api';
import type { Grain } from '../core/time.ts';
import { type Derivation, digestRows } from '../warehouses/derivation.ts';
import { dialectOf, rowsOf } from './dialect.ts';
import { allowMemory, type Engine, execute, query } from './engine.ts';
import { Bindings, identifier } from './sql.ts';

/** What making rows of other tables' rows takes for longer than one write: memory, and digests. */
export class Making {
  readonly #engine: Engine;
  /** The tables that digests lie in, by what they were made of. */
  readonly #digests: Map<string, string> = new Map();
  /** The statements that drop what lies in the engine's memory, the last first. */
  readonly #drops: string[] = [];
  #begun = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Gives the engine the memory, until the end. */
  async begin(connection: DuckDBConnection): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    await allowMemory(connection, true);
  }

  /** The table that a derivation's digest of some files lies in; undefined where it has none. */
  async digest(
    connection: DuckDBConnection,
    derivation: Derivation,
    grain: Grain,
    files: readonly string[],
  ): Promise<string | undefined> {
    const { digest } = derivation;
    if (!digest) return undefined;
    const texts = digest.map(({ rows }) => rows.text);
    const key = createHash('sha256')
      .update([grain, ...texts, ...files].join('\0'))
      .digest('hex');
    let made = this.#digests.get(key);
    if (made !== undefined) return made;
    for (const [place, { name }] of digest.entries()) {
      const bindings = new Bindings();
      const dialect = dialectOf(made === undefined ? rowsOf(files, bindings) : '');
      const rows = digestRows(derivation, grain, dialect, place, made);
      const before = made;
      made = await this.#keep(connection, `${name}_${key}`, rows, bindings);
      if (before !== undefined) await execute(connection, `DROP TABLE ${before}`);
    }
    if (made !== undefined) this.#digests.set(key, made);
    return made;
  }

  /** Forgets the digests, since whoever else writes may change what they were made of, and frees the memory. */
  async end(): Promise<void> {
    if (!this.#begun) return;
    this.#begun = false;
    this.#digests.clear();
    await this.#engine.use(new AbortController().signal, async (connection) => {
      for (const drop of this.#drops.splice(0)) await execute(connection, drop);
      await allowMemory(connection, false);
    });
  }

  /**
   * Makes a table of a query's rows, in which a text is a number: its place in the order of all texts
   * of its column. Grouping, sorting and comparing take a third of the time, and come to the same.
   * @returns its name
   */
  async #keep(connection: DuckDBConnection, name: string, rows: string, bindings: Bindings): Promise<string> {
    const table = await this.#table(connection, name, rows, bindings);
    const texts = await textsOf(connection, table);
    if (texts.length === 0) return table;
    const numbers: string[] = [];
    for (const text of texts) {
      const type = identifier(`${name}_${text}`);
      this.#drops.unshift(`DROP TYPE IF EXISTS ${type}`);
      const column = identifier(text);
      const values = `SELECT DISTINCT ${column} FROM ${table} WHERE ${column} IS NOT NULL ORDER BY ${column}`;
      await execute(connection, `CREATE OR REPLACE TYPE ${type} AS ENUM (${values})`);
      numbers.push(`CAST(${column} AS ${type}) AS ${column}`);
    }
    const numbered = await this.#table(
      connection,
      `${name}_numbered`,
      `SELECT * REPLACE (${numbers.join(', ')}) FROM ${table}`,
    );
    await execute(connection, `DROP TABLE ${table}`);
    return numbered;
  }

  async #table(
    connection: DuckDBConnection,
    name: string,
    rows: string,
    bindings?: Bindings,
  ): Promise<string> {
    const table = identifier(name);
    this.#drops.unshift(`DROP TABLE IF EXISTS ${table}`);
    await execute(connection, `CREATE OR REPLACE TABLE ${table} AS ${rows}`, bindings);
    return table;
  }
}

/** The columns of a table that are texts. */
async function textsOf(connection: DuckDBConnection, table: string): Promise<string[]> {
  const none = await query(connection, `SELECT * FROM ${table} LIMIT 0`);
  const types = none.columnTypes();
  return none.columnNames().filter((_, index) => types[index]?.typeId === DuckDBTypeId.VARCHAR);
}
