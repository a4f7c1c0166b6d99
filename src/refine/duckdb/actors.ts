import type { DuckDBConnection } from '@duckdb/node-api';
import { execute, queryAll } from '../../warehouses/lake/engine.ts';
import { Bindings, literal, rowsOfFiles } from '../../warehouses/lake/sql.ts';
import type { HourWork } from '../view-maker.ts';
import { PARQUET } from '../../raw/duckdb/sql.ts';

/** The digest of the table `labels`. */
export const LABELS_DIGEST = `SELECT md5(coalesce(string_agg(actor || reason, ' ' ORDER BY actor), '')) FROM labels`;

/**
 * Makes the temporary table `actors` of `views`, and its file: what each actor did in the hour. Spiders say that
 * they are programs, so nobody has to find out by what they do.
 * @returns the number of actors
 */
export async function copyActors(
  connection: DuckDBConnection,
  { actors }: Pick<HourWork, 'actors'>,
): Promise<number> {
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE actors AS
     SELECT actor, CAST(sum(views) AS BIGINT) AS views, count(*) AS pages, min(first) AS first, max(last) AS last,
       CAST(sum(views_without_cookies) AS BIGINT) AS views_without_cookies, max(user_agent_length) AS user_agent_length
     FROM (
       SELECT actor, place, count(*) AS views, min(dt) AS first, max(dt) AS last,
         count(*) FILTER (no_cookies = 'true') AS views_without_cookies, max(user_agent_length) AS user_agent_length
       FROM views JOIN people ON people.id = person JOIN agents ON agents.id = agent
       WHERE spider IS NULL GROUP BY actor, place)
     GROUP BY actor`,
  );
  const [[rows = 0] = []] = await queryAll(connection, 'SELECT CAST(count(*) AS DOUBLE) FROM actors');
  if (rows === 0) return 0;
  await execute(connection, `COPY (FROM actors ORDER BY actor) TO ${literal(actors)} ${PARQUET}`);
  return Number(rows);
}

/**
 * Returns a SELECT of the actors of an hour that are taken for programs, with the reason. All that they did in the
 * day up to the end of the hour counts.
 * @param own the relation of the hour's actors
 * @param before the files of actors of the earlier hours of the day
 * @param automatedSql as in `Definitions`
 */
export function labelsOf(
  own: string,
  before: readonly string[],
  automatedSql: string,
  bindings: Bindings,
): string {
  const earlier =
    before.length === 0
      ? ''
      : `UNION ALL SELECT * FROM ${rowsOfFiles(before, bindings)} SEMI JOIN ${own} AS present USING (actor)`;
  return `SELECT actor, reason FROM (
      SELECT actor, ${automatedSql} AS reason FROM (
        SELECT actor, sum(views) AS views, sum(pages) AS pages,
          greatest(1, date_diff('millisecond', CAST(min(first) AS TIMESTAMP), CAST(max(last) AS TIMESTAMP)) / 60000.0) AS minutes,
          sum(views_without_cookies) AS views_without_cookies, max(user_agent_length) AS user_agent_length
        FROM (SELECT * FROM ${own} ${earlier}) GROUP BY actor))
    WHERE reason IS NOT NULL`;
}
