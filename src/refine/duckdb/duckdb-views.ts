import type { DuckDBConnection } from '@duckdb/node-api';
import { allowMemory, type Engine, execute, queryAll } from '../../warehouses/lake/engine.ts';
import { Bindings, rowsOfFiles } from '../../warehouses/lake/sql.ts';
import type { Definitions } from '../definitions.ts';
import type { HourWork, MadeHour, ViewMaker } from '../view-maker.ts';
import { copyActors, labelsOf, LABELS_DIGEST } from './actors.ts';
import { decide, keepRequests } from './decisions.ts';
import { copyViews, joinViews } from './views.ts';

const DECISIONS = ['answers', 'agents', 'pages', 'referers', 'people', 'access_days'];
/** The temporary tables of an hour. */
const TABLES = [
  ...['requests', 'places', 'views', 'actors', 'labels'],
  ...DECISIONS.flatMap((name) => [name, `${name}_values`]),
];

/** Makes files of views with an embedded DuckDB. */
export class DuckdbViews implements ViewMaker {
  readonly #engine: Engine;
  readonly #definitions: Definitions;

  constructor(engine: Engine, definitions: Definitions) {
    this.#engine = engine;
    this.#definitions = definitions;
  }

  make(work: HourWork, signal: AbortSignal): Promise<MadeHour> {
    return this.#use(signal, async (connection) => {
      await keepRequests(connection, work, this.#definitions);
      await decide(connection, work.key, this.#definitions);
      await joinViews(connection);
      const actors = await copyActors(connection, work);
      const labels = await this.#label(connection, 'actors', work.before, new Bindings());
      const rows = await copyViews(connection, work, this.#definitions.unknownCountry);
      const projects = await queryAll(
        connection,
        'SELECT DISTINCT project FROM places SEMI JOIN views ON views.page = places.id ORDER BY project',
      );
      return { rows, actors, labels, projects: projects.map(([project]) => String(project)) };
    });
  }

  labelsOf(actors: string, before: readonly string[], signal: AbortSignal): Promise<string> {
    return this.#use(signal, (connection) => {
      const bindings = new Bindings();
      return this.#label(connection, rowsOfFiles([actors], bindings), before, bindings);
    });
  }

  async #label(
    connection: DuckDBConnection,
    own: string,
    before: readonly string[],
    bindings: Bindings,
  ): Promise<string> {
    const select = labelsOf(own, before, this.#definitions.automatedSql, bindings);
    await execute(connection, `CREATE OR REPLACE TEMP TABLE labels AS ${select}`, bindings);
    const [[digest] = []] = await queryAll(connection, LABELS_DIGEST);
    return String(digest);
  }

  #use<T>(signal: AbortSignal, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#engine.use(
      signal,
      async (connection) => {
        await allowMemory(connection, true);
        return work(connection);
      },
      async (connection) => {
        for (const table of TABLES) await execute(connection, `DROP TABLE IF EXISTS ${table}`);
      },
    );
  }
}
