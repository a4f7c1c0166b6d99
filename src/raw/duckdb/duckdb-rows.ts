import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Stream } from '../../streams/stream.ts';
import { allowMemory, Engine, fetchChunk, query, queryAll } from '../../warehouses/lake/engine.ts';
import { Bindings, identifier, literal } from '../../warehouses/lake/sql.ts';
import { columnsOf } from '../columns.ts';
import type { HostGaps, HourFiles, Merging, RowWriter, Sequence, Staging } from '../row-writer.ts';
import { gapsIn } from './gaps.ts';
import { DuckdbStaging } from './duckdb-staging.ts';
import { columnNamesOf, rowsOfEventFiles } from '../../warehouses/lake/event-files.ts';
import { RecordLines } from './record-lines.ts';
import { SeenIds } from './seen-ids.ts';
import { HALVES, PARQUET } from './sql.ts';

/** How much memory the filters of ids may take, of all tables together about. */
const FILTER_BYTES = 96 * 2 ** 20;
/** For up to so many tables, of which few are large, each may take as much. */
const TABLES = 8;

/** Rows as Parquet files, made by an embedded DuckDB. */
export class DuckdbRows implements RowWriter {
  readonly #engine: Engine;
  readonly #temporary: string;
  readonly #seen = new Map<string, SeenIds>();

  private constructor(engine: Engine, temporary: string) {
    this.#engine = engine;
    this.#temporary = temporary;
  }

  /** @param temporary a folder for what is under way, of the one loader that has the lease: what another has left goes */
  static async open(temporary: string): Promise<DuckdbRows> {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    return new DuckdbRows(await Engine.open(temporary), temporary);
  }

  async begin(stream: Stream, partition: number, table: string): Promise<Staging> {
    const lines = await RecordLines.create(join(this.#temporary, `${randomUUID()}.ndjson`));
    return new DuckdbStaging({ engine: this.#engine, seen: this.#seenOf(table), stream, partition, lines });
  }

  async merge(
    stream: Stream,
    from: readonly string[],
    to: string,
    { sorted, withoutPersonal }: Merging,
  ): Promise<number> {
    const rows = await this.#use(async (connection) => {
      const bindings = new Bindings();
      const select = withoutPersonal ? await withoutPersonalOf(connection, stream, from) : '*';
      const order = sorted ? ' ORDER BY meta.dt, meta.position' : '';
      const text = `COPY (SELECT ${select} FROM ${rowsOfEventFiles(from, bindings)}${order}) TO ${literal(to)} ${PARQUET}`;
      // With less, a sort of 150,000 requests fails: what it holds beside the rows that it spills doesn't fit.
      if (sorted) await allowMemory(connection, true);
      try {
        const [[rows = 0] = []] = await queryAll(connection, text, bindings);
        return Number(rows);
      } finally {
        if (sorted) await allowMemory(connection, false);
      }
    });
    for (const seen of this.#seen.values()) seen.renamed(from, to);
    return rows;
  }

  gaps(sequence: Sequence, files: HourFiles): Promise<HostGaps[]> {
    return this.#use((connection) => gapsIn(connection, sequence, files));
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  /** @param table the folder of a table, or of a part of one: their ids are apart */
  #seenOf(table: string): SeenIds {
    let seen = this.#seen.get(table);
    if (!seen) {
      seen = new SeenIds(
        (paths) => this.#hashesOf(paths),
        () => FILTER_BYTES / Math.max(1, this.#seen.size / TABLES),
      );
      this.#seen.set(table, seen);
    }
    return seen;
  }

  async *#hashesOf(paths: readonly string[]): AsyncGenerator<{ low: number[]; high: number[] }> {
    const connection = await this.#engine.borrow(new AbortController().signal);
    try {
      const bindings = new Bindings();
      const result = await query(
        connection,
        `SELECT ${HALVES} FROM ${rowsOfEventFiles(paths, bindings)}`,
        bindings,
      );
      for (let chunk = await fetchChunk(result); chunk; chunk = await fetchChunk(result)) {
        yield { low: chunk.getColumnValues(0) as number[], high: chunk.getColumnValues(1) as number[] };
      }
    } finally {
      this.#engine.giveBack(connection);
    }
  }

  #use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#engine.use(new AbortController().signal, work);
  }
}

/** All columns, with nothing in those that are personal. */
async function withoutPersonalOf(
  connection: DuckDBConnection,
  stream: Stream,
  files: readonly string[],
): Promise<string> {
  const names = await columnNamesOf(connection, files);
  const replaced = columnsOf(stream)
    .filter(({ name, personal }) => personal && names.includes(name))
    .map(({ name }) => `CASE WHEN false THEN ${identifier(name)} END AS ${identifier(name)}`);
  return replaced.length === 0 ? '*' : `* REPLACE (${replaced.join(', ')})`;
}
