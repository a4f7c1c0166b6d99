import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { HOUR_MS, type Ordinal } from '../../core/time/time.ts';
import type { LogRecord } from '../../log/event-log.ts';
import { REJECTS } from '../../streams/rejects.ts';
import type { Stream } from '../../streams/stream.ts';
import { allowMemory, type Engine, execute, fetchChunk, queryAll, query } from '../../warehouses/lake/engine.ts';
import { Bindings, literal } from '../../warehouses/lake/sql.ts';
import { hourOf } from '../hours.ts';
import type { Staged, StagedHour, Staging } from '../row-writer.ts';
import { IdFilter } from './id-filter.ts';
import type { RecordLines } from './record-lines.ts';
import { repeatsAmong } from './repeats.ts';
import type { SeenIds } from './seen-ids.ts';
import { HALVES, PARQUET, stageStatement, timeOf } from './sql.ts';

/** With more hours than this in a batch their rows are sorted before each gets its file. */
const FEW_HOURS = 4;

interface Options {
  readonly engine: Engine;
  readonly seen: SeenIds;
  readonly stream: Stream;
  readonly partition: number;
  readonly lines: RecordLines;
}

/** Of each row of the staged file: its hour, and the hash of its id. NaN where it is no row. */
interface Scan {
  readonly hours: Float64Array;
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly rejected: { readonly row: number; readonly reason: string }[];
  readonly newestMs: number;
}

/** What is known of the ids in the hours around one. */
interface Near {
  readonly files: string[];
  readonly filters: IdFilter[];
  /** Whether some hour's ids aren't known. */
  unknown: boolean;
}

/** Records, as lines of JSON, on their way to Parquet files by hour. */
export class DuckdbStaging implements Staging {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  add(records: readonly LogRecord[]): Promise<void> {
    return this.#options.lines.add(records);
  }

  async finish(folder: string, live: (hour: Ordinal) => Promise<readonly string[]>): Promise<Staged> {
    const { engine, lines, stream, partition } = this.#options;
    await lines.close();
    const staged = join(folder, `${randomUUID()}.parquet`);
    return engine.use(new AbortController().signal, async (connection) => {
      await execute(connection, stageStatement(stream, lines, partition, staged));
      await rm(lines.path, { force: true });
      const scan = await this.#scan(connection, staged);
      const repeats = await this.#repeats(connection, staged, scan, live);
      const hours = await this.#hours(connection, { staged, folder, scan, repeats });
      const rejected = scan.rejected.map(({ row, reason }) => {
        const { position, timeMs } = lines.placeOf(row);
        return { partition, position, reason, hour: hourOf(timeMs) };
      });
      return { hours, rejected, newestMs: scan.newestMs };
    });
  }

  async drop(): Promise<void> {
    await this.#options.lines.close().catch(() => undefined);
    await rm(this.#options.lines.path, { force: true });
  }

  async #scan(connection: DuckDBConnection, staged: string): Promise<Scan> {
    const { lines, stream } = this.#options;
    const hours = new Float64Array(lines.rows).fill(NaN);
    const [low, high] = [new Uint32Array(lines.rows), new Uint32Array(lines.rows)];
    const rejected: { row: number; reason: string }[] = [];
    let newestMs = 0;
    const result = await query(
      connection,
      `SELECT CAST(${timeOf(stream)} AS DOUBLE), ${HALVES}, meta.id IS NULL, meta.position IS NULL
       FROM read_parquet(${literal(staged)}, hive_partitioning = false)`,
    );
    let row = 0;
    for (let chunk = await fetchChunk(result); chunk; chunk = await fetchChunk(result)) {
      const [times, lows, highs, nameless, unread] = chunk.getColumns() as [
        (number | null)[],
        number[],
        number[],
        boolean[],
        boolean[],
      ];
      for (let index = 0; index < times.length; index++, row++) {
        const time = times[index] ?? null;
        const reason =
          unread[index] || lines.strange.has(row)
            ? "it isn't a JSON object"
            : nameless[index]
              ? 'it has no meta.id'
              : 'it has no meta.dt that is a time';
        if (time === null || nameless[index]) {
          rejected.push({ row, reason });
          continue;
        }
        hours[row] = Math.floor(time / HOUR_MS);
        low[row] = lows[index] as number;
        high[row] = highs[index] as number;
        if (time > newestMs) newestMs = time;
      }
    }
    return { hours, low, high, rejected, newestMs };
  }

  /** The rows that repeat another one. */
  async #repeats(
    connection: DuckDBConnection,
    staged: string,
    { hours, low, high }: Scan,
    live: (hour: Ordinal) => Promise<readonly string[]>,
  ): Promise<Set<number>> {
    const { stream, seen } = this.#options;
    // A repeat has the same time of its own, or was received within the window.
    const reach = Math.ceil(stream.repeatsMs / HOUR_MS);
    const all = new Map<Ordinal, readonly string[]>();
    const near = new Map<Ordinal, Near>();
    const nearOf = async (hour: Ordinal): Promise<Near> => {
      const found: Near = { files: [], filters: [], unknown: false };
      for (let other = hour - reach; other <= hour + reach; other++) {
        const files = all.get(other) ?? (await live(other));
        all.set(other, files);
        if (files.length === 0) continue;
        found.files.push(...files);
        const filters = await seen.of(other, files);
        if (filters) found.filters.push(...filters);
        else found.unknown = true;
      }
      return found;
    };
    const suspects: number[] = [];
    const files = new Set<string>();
    const own = new IdFilter(hours.length);
    let current = NaN;
    let known: Near = { files: [], filters: [], unknown: false };
    for (let row = 0; row < hours.length; row++) {
      const hour = hours[row] as number;
      if (Number.isNaN(hour)) continue;
      // Rows of an hour mostly follow each other.
      if (hour !== current) {
        const found = near.get(hour) ?? (await nearOf(hour));
        near.set(hour, found);
        [current, known] = [hour, found];
      }
      const [a, b] = [low[row] as number, high[row] as number];
      let isInTable = known.unknown;
      for (const filter of known.filters) isInTable ||= filter.mayHave(a, b);
      if (isInTable) for (const path of known.files) files.add(path);
      if (isInTable || own.mayHave(a, b)) suspects.push(row);
      own.add(a, b);
    }
    if (suspects.length === 0) return new Set();
    return repeatsAmong(connection, { staged, suspects, files: [...files], stream });
  }

  /** Gives each hour a file of its own. */
  async #hours(
    connection: DuckDBConnection,
    work: { staged: string; folder: string; scan: Scan; repeats: ReadonlySet<number> },
  ): Promise<StagedHour[]> {
    const { staged, folder, scan, repeats } = work;
    const counts = new Map<Ordinal, { rows: number; duplicates: number }>();
    for (const [row, hour] of scan.hours.entries()) {
      if (Number.isNaN(hour)) continue;
      const count = counts.get(hour) ?? { rows: 0, duplicates: 0 };
      if (repeats.has(row)) count.duplicates++;
      else count.rows++;
      counts.set(hour, count);
    }
    const isWhole = counts.size === 1 && repeats.size === 0 && scan.rejected.length === 0;
    const found: StagedHour[] = [];
    if (isWhole) {
      const [[hour, count]] = [...counts] as [[Ordinal, { rows: number; duplicates: number }]];
      return [{ hour, path: staged, ...count, ...(await this.#meantFor(connection, staged)) }];
    }
    const cut = join(folder, `${randomUUID()}.parquet`);
    const bindings = new Bindings();
    const left = [...scan.rejected.map(({ row }) => row), ...repeats].map(String);
    const gone =
      left.length > 0
        ? `WHERE file_row_number NOT IN (SELECT CAST(unnest(${bindings.texts(left)}) AS BIGINT))`
        : '';
    const isSorted = counts.size > FEW_HOURS;
    // Rows of requests are wide: sorting a batch of them takes more than is enough for the rest.
    if (isSorted) await allowMemory(connection, true);
    // The hour is a column meanwhile, by which each file's rows are found.
    await execute(
      connection,
      `COPY (SELECT * EXCLUDE (file_row_number), CAST(floor(${timeOf(this.#options.stream)} / ${HOUR_MS}.0) AS BIGINT) AS _hour
        FROM read_parquet(${literal(staged)}, hive_partitioning = false, file_row_number = true) ${gone}
        ${isSorted ? 'ORDER BY _hour' : ''})
      TO ${literal(cut)} (FORMAT parquet, ROW_GROUP_SIZE 8192)`,
      bindings,
    ).finally(() => (isSorted ? allowMemory(connection, false) : undefined));
    for (const [hour, { rows, duplicates }] of counts) {
      const path = join(folder, `${randomUUID()}.parquet`);
      if (rows > 0) {
        await execute(
          connection,
          `COPY (SELECT * EXCLUDE (_hour) FROM read_parquet(${literal(cut)}, hive_partitioning = false) WHERE _hour = ${hour})
          TO ${literal(path)} ${PARQUET}`,
        );
      }
      const meant = rows > 0 ? await this.#meantFor(connection, path) : {};
      found.push({ hour, path: rows > 0 ? path : undefined, rows, duplicates, ...meant });
    }
    await Promise.all([rm(staged, { force: true }), rm(cut, { force: true })]);
    return found;
  }

  async #meantFor(connection: DuckDBConnection, path: string): Promise<Pick<StagedHour, 'meantFor'>> {
    const { stream } = this.#options;
    // Rejects are counted by the stream that they were meant for.
    if (stream.name !== REJECTS.name || !stream.fields.some(({ name }) => name === 'stream')) return {};
    const rows = await queryAll(
      connection,
      `SELECT coalesce("stream", ''), CAST(count(*) AS DOUBLE) FROM read_parquet(${literal(path)}, hive_partitioning = false) GROUP BY 1`,
    );
    return { meantFor: Object.fromEntries(rows as [string, number][]) };
  }
}
