import type { DuckDBConnection } from '@duckdb/node-api';
import { allowMemory, type Engine, execute, queryAll, withTwoThreads } from '../../warehouses/lake/engine.ts';
import { Bindings, literal, rowsOfFiles } from '../../warehouses/lake/sql.ts';
import type { ViewRules } from '../view-rules.ts';
import type { HourWork, MadeHour, ViewMaker } from '../view-maker.ts';
import { copyActors } from './actors.ts';
import { Known } from './known.ts';
import { Labels } from './labels.ts';
import { makePeople } from './people.ts';
import { hashedRequests, rawRequests, type Salt } from './requests.ts';
import { copyViews, keepRequests } from './views.ts';

/** The temporary tables of an hour. */
const TABLES =
  'marks answers requests undecided persons agents hosts countries people access_days actors sums labels'.split(
    ' ',
  );

/** An hour with more rows has more parts than one for each of two threads: DuckDB's parts have 122,880 rows. */
const LARGE_HOUR = 245_760;

/** Makes files of views with an embedded DuckDB. */
export class DuckdbViews implements ViewMaker {
  readonly #engine: Engine;
  readonly #rules: ViewRules;
  readonly #known: Known;
  readonly #labels: Labels;
  readonly #salt: Salt;
  #hasMemory = false;

  /** @param engine of one thread, that nobody else uses; @param salt a random number, 0 to 2^64 - 1 */
  constructor(engine: Engine, rules: ViewRules, salt: Salt) {
    this.#engine = engine;
    this.#rules = rules;
    this.#known = new Known(rules);
    this.#labels = new Labels(rules.automatedSql);
    this.#salt = salt;
  }

  make(work: HourWork, signal: AbortSignal): Promise<MadeHour> {
    const rules = this.#rules;
    const { appMark } = rules;
    return this.#use(signal, async (connection) => {
      const salt = this.#salt;
      const raw = await rawRequests(connection, work);
      await this.#known.prepare(connection);
      const inParts = <T>(make: () => Promise<T>): Promise<T> =>
        work.rows > LARGE_HOUR ? withTwoThreads(connection, make) : make();
      await inParts(() => keepRequests(connection, raw, rules, salt));
      await this.#known.pages(connection);
      const hashed = (bindings: Bindings) => hashedRequests(raw(bindings), { appMark, salt });
      const forLinks = new Bindings();
      await this.#known.links(connection, hashed(forLinks), forLinks);
      const bindings = new Bindings();
      const people = { relation: hashed(bindings), bindings, key: work.key, known: this.#known, salt };
      await makePeople(connection, { ...people, rules });
      const actors = await copyActors(connection, work);
      const labels = await this.#labels.make(connection, () => 'actors', work.before);
      const rows = await inParts(() => copyViews(connection, work));
      const scopes = rows === 0 ? NO_SCOPES : await scopesOf(connection, work.views);
      return { rows, actors, labels, ...scopes };
    });
  }

  labelsOf(actors: string, before: readonly string[], signal: AbortSignal): Promise<string> {
    const own = (bindings: Bindings) => rowsOfFiles([actors], bindings);
    return this.#use(signal, (connection) => this.#labels.make(connection, own, before));
  }

  #use<T>(signal: AbortSignal, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#engine.use(
      signal,
      async (connection) => {
        // Setting it again would take 0.03 s of a processor.
        if (!this.#hasMemory) await allowMemory(connection, true);
        this.#hasMemory = true;
        return work(connection);
      },
      async (connection) => {
        for (const table of TABLES) await execute(connection, `DROP TABLE IF EXISTS ${table}`);
      },
    );
  }
}

type Scopes = Pick<MadeHour, 'projects' | 'hasCountries'>;
const NO_SCOPES: Scopes = { projects: [], hasCountries: false };

async function scopesOf(connection: DuckDBConnection, views: string): Promise<Scopes> {
  const rows = await queryAll(
    connection,
    `SELECT project, bool_or(country <> '--') FROM read_parquet(${literal(views)}) GROUP BY project ORDER BY project`,
  );
  return {
    projects: rows.map(([project]) => String(project)),
    hasCountries: rows.some(([, isKnown]) => isKnown === true),
  };
}
