import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import { DAY_MS, HOUR_MS, type Ordinal } from '../core/time/time.ts';
import { dayOfHour } from '../raw/hours.ts';
import { execute, fromDuckdb, queryAll } from '../warehouses/lake/engine.ts';
import { Labels } from '../refine/duckdb/labels.ts';
import { actorsIn } from '../refine/duckdb/actors.ts';
import { identifier } from '../warehouses/lake/sql.ts';
import { LIVE_TEXTS, type LiveView } from './live-view.ts';

/** The table of views that aren't in the lake yet. It lies in memory alone. */
const TABLE = 'live_views';
/** The actors that are taken for programs, by day. */
const PROGRAMS = 'live_programs';
/** How many rows a chunk of DuckDB may have. */
const CHUNK = 2_048;
/** How many views wait at most until they are stored. Storing a few costs as much as storing two thousand. */
const WAITING = 4 * CHUNK;
const NAMES = LIVE_TEXTS.map(identifier);
const TYPES = [INTEGER, INTEGER, DOUBLE, INTEGER, ...NAMES.map(() => VARCHAR)];

/** A view with its place in the log. @param place the number of its stream and partition */
export interface PlacedView {
  readonly place: number;
  readonly position: number;
  readonly view: LiveView;
}

/** Rows of an hour that came from one partition of the log before a position. */
export interface Leaving {
  readonly place: number;
  readonly hour: Ordinal;
  readonly before: number;
}

/**
 * The views that aren't in the lake yet, in a table of an embedded DuckDB. They are stored when somebody is about to ask,
 * or when many wait. One work at a time.
 */
export class ViewRows {
  readonly #connection: DuckDBConnection;
  readonly #labels: Labels;
  #rows = 0;
  #waiting: PlacedView[] = [];
  /** How many rows each hour of a place has. */
  readonly #counts = new Map<string, { readonly place: number; readonly hour: Ordinal; rows: number }>();
  #hasPrograms = false;

  private constructor(connection: DuckDBConnection, automatedSql: string) {
    this.#connection = connection;
    this.#labels = new Labels(automatedSql);
  }

  /** @param automatedSql as in `ViewRules` */
  static async open(connection: DuckDBConnection, automatedSql: string): Promise<ViewRows> {
    const texts = NAMES.map((name) => `${name} VARCHAR`);
    await execute(
      connection,
      `CREATE TABLE ${TABLE} (place INTEGER, hour INTEGER, position DOUBLE, user_agent_length INTEGER, ${texts.join(', ')})`,
    );
    await execute(connection, `CREATE TABLE ${PROGRAMS} (day INTEGER, actor_number UBIGINT, reason VARCHAR)`);
    return new ViewRows(connection, automatedSql);
  }

  get rows(): number {
    return this.#rows;
  }

  /** The hours of each place that have rows. */
  get hours(): readonly { readonly place: number; readonly hour: Ordinal }[] {
    return [...this.#counts.values()];
  }

  async add(views: readonly PlacedView[]): Promise<void> {
    for (const view of views) {
      this.#waiting.push(view);
      const { place } = view;
      const { hour } = view.view;
      const key = `${place} ${hour}`;
      const known = this.#counts.get(key);
      if (known) known.rows++;
      else this.#counts.set(key, { place, hour, rows: 1 });
    }
    this.#rows += views.length;
    if (this.#waiting.length >= WAITING) await this.store();
  }

  /** Stores the views that wait. `select` doesn't see them before. @throws EngineError; they wait on then */
  async store(): Promise<void> {
    const views = this.#waiting;
    if (views.length === 0) return;
    const connection = this.#connection;
    const appender = await fromDuckdb(() => connection.createAppender(TABLE));
    try {
      for (let from = 0; from < views.length; from += CHUNK) {
        const some = views.slice(from, from + CHUNK);
        const chunk = DuckDBDataChunk.create(TYPES, some.length);
        const column = (read: (view: PlacedView) => DuckDBValue): DuckDBValue[] => some.map(read);
        chunk.setColumns([
          column(({ place }) => place),
          column(({ view }) => view.hour),
          column(({ position }) => position),
          column(({ view }) => view.userAgentLength),
          ...LIVE_TEXTS.map((_, index) => column(({ view }) => view.texts[index] ?? '')),
        ]);
        await fromDuckdb(() => appender.appendDataChunk(chunk));
      }
    } finally {
      await fromDuckdb(() => appender.closeSync());
    }
    this.#waiting = [];
  }

  /** Removes rows that the lake has now. */
  async leave(leaving: readonly Leaving[]): Promise<void> {
    if (leaving.length > 0) await this.store();
    for (const { place, hour, before } of leaving) {
      const [[gone = 0] = []] = await queryAll(
        this.#connection,
        `DELETE FROM ${TABLE} WHERE place = ${place} AND hour = ${hour} AND position < ${before}`,
      );
      const key = `${place} ${hour}`;
      const known = this.#counts.get(key);
      this.#rows -= Number(gone);
      if (!known) continue;
      known.rows -= Number(gone);
      if (known.rows <= 0) this.#counts.delete(key);
    }
  }

  async clear(): Promise<void> {
    await execute(this.#connection, `DELETE FROM ${TABLE}`);
    this.#waiting = [];
    this.#counts.clear();
    this.#rows = 0;
  }

  /**
   * Says which actors are programs, by all that they did in the day.
   * @param actors the files of what actors did in the hours of a day, as far as they are in the lake
   */
  async label(actors: ReadonlyMap<Ordinal, readonly string[]>): Promise<void> {
    await this.store();
    const days = new Set(this.hours.map(({ hour }) => dayOfHour(hour)));
    await execute(this.#connection, `DELETE FROM ${PROGRAMS}`);
    this.#hasPrograms = false;
    for (const day of days) {
      const ofDay = `(SELECT *, md5_number_lower(nullif(actor, '')) AS actor_number FROM ${TABLE} WHERE ${isOfDay(day)})`;
      await execute(this.#connection, `CREATE OR REPLACE TEMP TABLE live_actors AS ${actorsIn(ofDay)}`);
      await this.#labels.make(this.#connection, () => 'live_actors', actors.get(day) ?? []);
      const [[found = 0] = []] = await queryAll(
        this.#connection,
        `INSERT INTO ${PROGRAMS} SELECT ${day}, actor_number, reason FROM labels`,
      );
      if (Number(found) > 0) this.#hasPrograms = true;
    }
  }

  /** A SELECT of the views of some hours, with the columns `LIVE_TEXTS` and `timestamp`. @param conditions on the first ones */
  select(first: Ordinal, last: Ordinal, conditions: readonly string[]): string {
    const where = [`hour BETWEEN ${first} AND ${last}`, ...conditions].join(' AND ');
    const stamp = `strftime(make_timestamp(hour * ${HOUR_MS}::BIGINT * 1000), '%Y%m%d%H') AS "timestamp"`;
    if (!this.#hasPrograms) return `SELECT ${NAMES.join(', ')}, ${stamp} FROM ${TABLE} WHERE ${where}`;
    const columns = NAMES.map((name) =>
      name === '"agent"' ? `CASE WHEN reason IS NULL THEN agent ELSE 'automated' END AS agent` : name,
    );
    return `SELECT ${columns.join(', ')}, ${stamp} FROM (SELECT * FROM ${TABLE} WHERE ${where}) AS views
      LEFT JOIN ${PROGRAMS} AS programs
      ON day = hour // 24 AND programs.actor_number = md5_number_lower(nullif(actor, ''))`;
  }
}

function isOfDay(day: Ordinal): string {
  const hours = DAY_MS / HOUR_MS;
  return `hour BETWEEN ${day * hours} AND ${day * hours + hours - 1}`;
}
