import type { DuckDBConnection } from '@duckdb/node-api';
import { execute, queryAll } from '../../warehouses/lake/engine.ts';
import { Bindings, rowsOfFiles } from '../../warehouses/lake/sql.ts';
import { ACTOR_SUMS } from './actors.ts';

const SUMS = ACTOR_SUMS.join(', ');
/** How many rows of earlier hours are kept in memory: those of a day of 100 million requests. */
const MOST_KEPT = 20_000_000;

/** Labels actors by what they did in the day. The sums of earlier hours stay in memory from hour to hour. */
export class Labels {
  readonly #automatedSql: string;
  /** The files of actors whose sums are in the table `day_actors`, with their numbers there. */
  readonly #files = new Map<string, number>();

  /** @param automatedSql as in `ViewRules` */
  constructor(automatedSql: string) {
    this.#automatedSql = automatedSql;
  }

  /**
   * Makes the temporary table `labels`: the actors of an hour that are taken for programs, with the reason. All that
   * they did in the day up to the end of the hour counts.
   * @param own the relation of the hour's actors
   * @param before the files of actors of the earlier hours of the day
   * @returns a digest of the labels
   */
  async make(
    connection: DuckDBConnection,
    own: (bindings: Bindings) => string,
    before: readonly string[],
  ): Promise<string> {
    await this.#remember(connection, before);
    const earlier =
      before.length === 0
        ? ''
        : `UNION ALL SELECT ${SUMS} FROM day_actors WHERE file IN (${this.#numbers(before)})`;
    // Which pages were the same in several hours is looked up only for the few actors for whom it matters.
    const reasonWith = (pages: string): string => this.#automatedSql.replaceAll(/\bpages\b/g, pages);
    const bindings = new Bindings();
    await execute(
      connection,
      `CREATE OR REPLACE TEMP TABLE sums AS
       SELECT *, CAST(${reasonWith('fewest')} AS VARCHAR) AS if_fewest, CAST(${reasonWith('most')} AS VARCHAR) AS if_most
       FROM (
         SELECT actor_number, sum(views) AS views, max(pages) AS fewest, sum(pages) AS most,
           greatest(1, (max(last) - min(first)) / 60000.0) AS minutes,
           sum(views_without_cookies) AS views_without_cookies, max(user_agent_length) AS user_agent_length
         FROM (SELECT ${SUMS} FROM ${own(bindings)} ${earlier})
         SEMI JOIN (SELECT actor_number FROM ${own(bindings)}) USING (actor_number) GROUP BY actor_number)`,
      bindings,
    );
    await this.#label(connection, own, before);
    const digest = await queryAll(
      connection,
      `SELECT md5(coalesce(string_agg(actor_number || reason, ' ' ORDER BY actor_number), '')) FROM labels`,
    );
    return String(digest[0]?.[0]);
  }

  async #label(
    connection: DuckDBConnection,
    own: (bindings: Bindings) => string,
    before: readonly string[],
  ): Promise<void> {
    const unsure = 'SELECT actor_number FROM sums WHERE if_fewest IS DISTINCT FROM if_most';
    const [[count = 0] = []] = await queryAll(connection, `SELECT CAST(count(*) AS DOUBLE) FROM (${unsure})`);
    const bindings = new Bindings();
    const pages = (relation: string): string =>
      `SELECT actor_number, unnest(page_hashes) AS page FROM ${relation} SEMI JOIN (${unsure}) USING (actor_number)`;
    const looked =
      count === 0
        ? ''
        : `UNION ALL SELECT actor_number, CAST(${this.#automatedSql} AS VARCHAR) AS reason FROM sums JOIN (
             SELECT actor_number, count(DISTINCT page) AS pages
             FROM (${pages(own(bindings))} UNION ALL ${pages(rowsOfFiles(before, bindings))})
             GROUP BY actor_number) USING (actor_number)`;
    await execute(
      connection,
      `CREATE OR REPLACE TEMP TABLE labels AS SELECT actor_number, reason FROM (
         SELECT actor_number, if_most AS reason FROM sums WHERE if_fewest IS NOT DISTINCT FROM if_most ${looked})
       WHERE reason IS NOT NULL`,
      bindings,
    );
  }

  /** Reads files of actors that weren't read yet. */
  async #remember(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
    const columns = ACTOR_SUMS.map((name) => `${name} ${name === 'actor_number' ? 'UBIGINT' : 'INTEGER'}`);
    await execute(connection, `CREATE TABLE IF NOT EXISTS day_actors (file INTEGER, ${columns.join(', ')})`);
    const isOtherDay = this.#files.size > 0 && !files.some((file) => this.#files.has(file));
    const [[rows = 0] = []] = await queryAll(connection, 'SELECT CAST(count(*) AS DOUBLE) FROM day_actors');
    if (isOtherDay || Number(rows) > MOST_KEPT) {
      await execute(connection, 'DELETE FROM day_actors');
      this.#files.clear();
    }
    for (const file of files) {
      if (this.#files.has(file)) continue;
      const number = this.#files.size;
      const bindings = new Bindings();
      await execute(
        connection,
        `INSERT INTO day_actors SELECT ${number}, ${SUMS} FROM ${rowsOfFiles([file], bindings)}`,
        bindings,
      );
      this.#files.set(file, number);
    }
  }

  #numbers(files: readonly string[]): string {
    return files.map((file) => this.#files.get(file)).join(', ');
  }
}
