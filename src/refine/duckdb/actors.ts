import type { DuckDBConnection } from '@duckdb/node-api';
import { PARQUET } from '../../raw/duckdb/sql.ts';
import { execute, queryAll } from '../../warehouses/lake/engine.ts';
import { literal } from '../../warehouses/lake/sql.ts';
import type { HourWork } from '../view-maker.ts';
import { VIEWS } from './views.ts';

/** What an actor did that can be added up over hours. Instants are in ms since the start of the day. */
export const ACTOR_SUMS = [
  'actor_number',
  'views',
  'pages',
  'first',
  'last',
  'views_without_cookies',
  'user_agent_length',
] as const;

/** A SELECT of what each actor did in some views. @param views a relation of views with `actor_number` and `user_agent_length` */
export function actorsIn(views: string): string {
  const msOfDay = (instant: string) => `CAST(epoch_ms(CAST(${instant} AS TIMESTAMP)) % 86400000 AS INTEGER)`;
  return `SELECT actor_number, CAST(views AS INTEGER) AS views, CAST(len(hashes) AS INTEGER) AS pages,
      ${msOfDay('first')} AS first, ${msOfDay('last')} AS last,
      CAST(views_without_cookies AS INTEGER) AS views_without_cookies, user_agent_length, list_sort(hashes) AS page_hashes
    FROM (
      SELECT actor_number, count(*) AS views, min(dt) AS first, max(dt) AS last,
        count(*) FILTER (no_cookies = 'true') AS views_without_cookies, max(user_agent_length) AS user_agent_length,
        list(DISTINCT hash(project, article)) AS hashes
      FROM ${views} WHERE actor_number IS NOT NULL GROUP BY actor_number)`;
}

/**
 * Makes the temporary table `actors`, and its file: what each actor did in the hour. `page_hashes` tell which pages
 * were the same in several hours.
 * @returns the number of actors
 */
export async function copyActors(
  connection: DuckDBConnection,
  { actors }: Pick<HourWork, 'actors'>,
): Promise<number> {
  await execute(connection, `CREATE OR REPLACE TEMP TABLE actors AS ${actorsIn(VIEWS)}`);
  const [[rows = 0] = []] = await queryAll(connection, 'SELECT CAST(count(*) AS DOUBLE) FROM actors');
  if (rows === 0) return 0;
  await execute(connection, `COPY (FROM actors ORDER BY actor_number) TO ${literal(actors)} ${PARQUET}`);
  return Number(rows);
}
