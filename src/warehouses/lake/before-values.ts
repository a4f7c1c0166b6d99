import { DuckDBListValue, type DuckDBConnection } from '@duckdb/node-api';
import { MAX_SCOPES, type BeforeRows, type Correction } from '../../core/time/history.ts';
import { partitionSpan } from '../../core/time/partition.ts';
import type { Table } from '../../core/metric/table.ts';
import { formatTimestamp, type Grain, ordinalAt, parseTimestamp, type Span } from '../../core/time/time.ts';
import { execute, queryAll } from './engine.ts';
import { mergedRows, storedRows } from './merge.ts';
import type { Part } from './part.ts';
import { scopeExpression, scopeOfText, scopeText } from './scope-sql.ts';
import type { ServedPeriods } from './served-before.ts';
import { Bindings, fileColumns, identifier, keyColumns, literal, partKey } from './sql.ts';

/** The maximum number of rows that are kept of one change. */
const MAX_ROWS = 1_000_000;

/** What a change makes of rows that were served before. */
export interface Differences {
  readonly corrections: readonly Correction[];
  /** Undefined if no row differs. */
  readonly before: Omit<BeforeRows, 'file'> | undefined;
  /** The file of before-values among the temporary files; undefined if there are none, or too many. */
  readonly path: string | undefined;
}

export const NO_DIFFERENCES: Differences = { corrections: [], before: undefined, path: undefined };

/**
 * Collects the rows that were served before and differ after a change, while `merge` has them at hand. Only
 * periods that were loaded before are compared, so that loading more costs nothing.
 */
export class BeforeValues {
  readonly #table: Table;
  readonly #maxRows: number;
  readonly #served: ReadonlyMap<Grain, readonly ServedPeriods[]>;
  #hasTables = false;
  /** The number of rows in `before_values`; undefined once they are too many to be kept. */
  #kept: number | undefined = 0;

  /** @param maxRows how many rows are kept at most. More are only counted and summed: nobody can ask for them as they were */
  constructor(table: Table, served: readonly ServedPeriods[], maxRows = MAX_ROWS) {
    this.#table = table;
    this.#maxRows = maxRows;
    const byGrain = new Map<Grain, ServedPeriods[]>();
    for (const one of served) {
      const ofGrain = byGrain.get(one.grain);
      if (ofGrain) ofGrain.push(one);
      else byGrain.set(one.grain, [one]);
    }
    this.#served = byGrain;
  }

  /** Compares the rows of parts in the table `merged` with the stored ones. */
  async collect(connection: DuckDBConnection, parts: readonly Part[]): Promise<void> {
    for (const [grain, served] of this.#served) {
      const compared = parts.filter(({ partition }) => {
        const span = partitionSpan(partition);
        return span.grain === grain && served.some((one) => one.first <= span.last && span.first <= one.last);
      });
      if (compared.length > 0) await this.#compare(connection, grain, compared);
    }
  }

  /** Writes the collected rows to a file in the folder, unless they are too many. */
  async finish(connection: DuckDBConnection, path: string): Promise<Differences> {
    if (!this.#hasTables) return NO_DIFFERENCES;
    if (this.#kept !== undefined) await this.#sum(connection, 'before_values', new Bindings());
    const spans = await queryAll(
      connection,
      `SELECT _grain, min(_first), max(_last), CAST(sum(_rows) AS DOUBLE) FROM before_sums GROUP BY _grain ORDER BY _grain`,
    );
    if (spans.length === 0) return NO_DIFFERENCES;
    const rows = spans.reduce((sum, [, , , count]) => sum + Number(count), 0);
    const before = { rows, spans: spans.map(([grain, first, last]) => spanOf(grain, first, last)) };
    const corrections = await this.#corrections(connection);
    if (this.#kept === undefined) return { corrections, before, path: undefined };
    const columns = fileColumns(this.#table).map(({ name }) => identifier(name));
    await execute(
      connection,
      `COPY (SELECT _grain, _there, ${columns.join(', ')} FROM before_values ORDER BY _grain, ${keyColumns(this.#table).join(', ')})
       TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    return { corrections, before, path };
  }

  async #compare(connection: DuckDBConnection, grain: Grain, parts: readonly Part[]): Promise<void> {
    if (!this.#hasTables) await this.#makeTables(connection);
    if (this.#kept !== undefined && (await this.#keep(connection, this.#kept, grain, parts))) return;
    const bindings = new Bindings();
    await this.#sum(connection, `(${this.#different(grain, parts, bindings)})`, bindings);
  }

  /** Keeps the rows that differ. If all rows are too many, they are summed instead. @returns whether they are kept */
  async #keep(
    connection: DuckDBConnection,
    kept: number,
    grain: Grain,
    parts: readonly Part[],
  ): Promise<boolean> {
    const bindings = new Bindings();
    const room = this.#maxRows - kept;
    await execute(connection, 'BEGIN');
    const [[added = 0] = []] = await queryAll(
      connection,
      `INSERT INTO before_values BY NAME ${this.#different(grain, parts, bindings)} LIMIT ${room + 1}`,
      bindings,
    );
    if (Number(added) <= room) {
      this.#kept = kept + Number(added);
      await execute(connection, 'COMMIT');
      return true;
    }
    await execute(connection, 'ROLLBACK');
    this.#kept = undefined;
    await this.#sum(connection, 'before_values', new Bindings());
    await execute(connection, 'DROP TABLE before_values');
    return false;
  }

  /** Sums rows that differ, by scope. @param rows a relation with the columns of `before_values` */
  async #sum(connection: DuckDBConnection, rows: string, bindings: Bindings): Promise<void> {
    const { measures } = this.#table;
    const sums = measures.flatMap(({ name }, index) => {
      const [before, after] = [`CAST(${identifier(name)} AS DOUBLE)`, `CAST(_after${index} AS DOUBLE)`];
      const largest = `max(abs(coalesce(${after}, 0) - coalesce(${before}, 0)))`;
      return [`coalesce(sum(${before}), 0)`, `coalesce(sum(${after}), 0)`, largest];
    });
    await execute(
      connection,
      `INSERT INTO before_sums
       SELECT _grain, ${scopeExpression(this.#table, 'rows')} AS _scope, _counts, min("timestamp"), max("timestamp"), count(*),
         count(*) FILTER (_there AND _stays), count(*) FILTER (NOT _there), count(*) FILTER (NOT _stays), ${sums.join(', ')}
       FROM ${rows} AS rows GROUP BY _grain, _scope, _counts`,
      bindings,
    );
  }

  /** The rows of parts in the table `merged` that differ from the stored ones, in served periods. */
  #different(grain: Grain, parts: readonly Part[], bindings: Bindings): string {
    const table = this.#table;
    const served = this.#served.get(grain) ?? [];
    const stamp = (ordinal: number): string => bindings.text(formatTimestamp('YYYYMMDDHH', grain, ordinal));
    const first = stamp(Math.min(...served.map((one) => one.first)));
    const last = stamp(Math.max(...served.map((one) => one.last)));
    const inServed = (rows: string): string =>
      `(SELECT rows.*, served._complete, served._open
        FROM ${rows} AS rows JOIN served_before AS served
        ON served._grain = '${grain}' AND served._scope = ${scopeExpression(table, 'rows')} AND rows."timestamp" BETWEEN served._first AND served._last
        WHERE rows."timestamp" BETWEEN ${first} AND ${last})`;
    const numbers = parts.map(({ number }) => number).join(', ');
    const stored = parts.some(({ files }) => files.length > 0)
      ? `(${storedRows(parts, bindings)})`
      : `(SELECT * FROM ${mergedRows(table)} WHERE false)`;
    const names = fileColumns(table).map(({ name }) => identifier(name));
    const keys = keyColumns(table);
    const payload = names.filter((name) => !keys.includes(name));
    const columns = names.map((name) => (keys.includes(name) ? name : `stored.${name} AS ${name}`));
    const after = table.measures.map(({ name }, index) => `merged.${identifier(name)} AS _after${index}`);
    const differs = payload.map((name) => `stored.${name} IS DISTINCT FROM merged.${name}`);
    return `SELECT '${grain}' AS _grain, stored._open IS NOT NULL AS _there, merged._open IS NOT NULL AS _stays,
         NOT coalesce(stored._open, merged._open) AND (stored._open IS NOT NULL OR merged._complete) AS _counts,
         ${[...columns, ...after].join(', ')}
       FROM ${inServed(stored)} AS stored
       FULL JOIN ${inServed(`(SELECT * FROM ${mergedRows(table)} WHERE _part IN (${numbers}))`)} AS merged
       USING (${partKey(table).join(', ')})
       WHERE stored._open IS NULL OR merged._open IS NULL OR ${differs.join(' OR ')}`;
  }

  /** Makes the tables of the served periods, of the rows that differ, and of their sums. */
  async #makeTables(connection: DuckDBConnection): Promise<void> {
    this.#hasTables = true;
    const bindings = new Bindings();
    const served = [...this.#served.values()].flat();
    const texts = (of: (one: ServedPeriods) => string): string => `unnest(${bindings.texts(served.map(of))})`;
    const stamp = (grain: Grain, ordinal: number): string => formatTimestamp('YYYYMMDDHH', grain, ordinal);
    await execute(
      connection,
      `CREATE OR REPLACE TABLE served_before AS
       SELECT ${texts(({ grain }) => grain)} AS _grain, ${texts(({ scope }) => scopeText(scope))} AS _scope,
         ${texts(({ grain, first }) => stamp(grain, first))} AS _first,
         ${texts(({ grain, last }) => stamp(grain, last))} AS _last,
         ${texts(({ complete }) => String(complete))} = 'true' AS _complete,
         ${texts(({ isOpen }) => String(isOpen))} = 'true' AS _open`,
      bindings,
    );
    const columns = fileColumns(this.#table).map(({ name, type }) => `${identifier(name)} ${type}`);
    const after = this.#table.measures.map(
      ({ type }, index) => `_after${index} ${type === 'decimal' ? 'DOUBLE' : 'BIGINT'}`,
    );
    await execute(
      connection,
      `CREATE OR REPLACE TABLE before_values (_grain VARCHAR, _there BOOLEAN, _stays BOOLEAN, _counts BOOLEAN, ${[...columns, ...after].join(', ')})`,
    );
    const sums = this.#table.measures.map(
      (_, i) => `_before${i} DOUBLE, _after${i} DOUBLE, _largest${i} DOUBLE`,
    );
    await execute(
      connection,
      `CREATE OR REPLACE TABLE before_sums (_grain VARCHAR, _scope VARCHAR, _counts BOOLEAN, _first VARCHAR, _last VARCHAR,
         _rows BIGINT, _changed BIGINT, _added BIGINT, _removed BIGINT, ${sums.join(', ')})`,
    );
  }

  async #corrections(connection: DuckDBConnection): Promise<Correction[]> {
    const { measures } = this.#table;
    const numbers = measures.flatMap((_, i) => [`sum(_before${i})`, `sum(_after${i})`, `max(_largest${i})`]);
    const found = await queryAll(
      connection,
      `SELECT _grain, min(_first), max(_last),
         list_slice(list_sort(list(DISTINCT _scope)), 1, ${MAX_SCOPES}), CAST(count(DISTINCT _scope) AS DOUBLE),
         CAST(sum(_changed) AS DOUBLE), CAST(sum(_added) AS DOUBLE), CAST(sum(_removed) AS DOUBLE), ${numbers.join(', ')}
       FROM before_sums WHERE _counts GROUP BY _grain ORDER BY _grain`,
    );
    return found.map(([grain, first, last, scopes, scopeCount, changed, added, removed, ...sums]) => ({
      ...spanOf(grain, first, last),
      scopes: scopes instanceof DuckDBListValue ? scopes.items.map((one) => scopeOfText(String(one))) : [],
      scopeCount: Number(scopeCount),
      changed: Number(changed),
      added: Number(added),
      removed: Number(removed),
      measures: Object.fromEntries(
        measures.map(({ name }, index) => {
          const [was, is, largest] = sums.slice(index * 3, index * 3 + 3).map(Number) as [
            number,
            number,
            number,
          ];
          return [name, { before: was, after: is, largest }];
        }),
      ),
    }));
  }
}

function spanOf(grain: unknown, first: unknown, last: unknown): Span {
  const ordinal = (stamp: unknown): number =>
    ordinalAt(grain as Grain, parseTimestamp(String(stamp)) as number);
  return { grain: grain as Grain, first: ordinal(first), last: ordinal(last) };
}
