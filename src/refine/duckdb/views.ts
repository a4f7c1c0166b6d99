import type { DuckDBConnection } from '@duckdb/node-api';
import { VIEW_TEXTS } from '../../core/metric/view-events.ts';
import { HOUR_MS } from '../../core/time/time.ts';
import { execute, queryAll } from '../../warehouses/lake/engine.ts';
import { literal } from '../../warehouses/lake/sql.ts';
import type { HourWork } from '../view-maker.ts';
import { PAGE, PERSON } from './decisions.ts';

/** How the files are written. They stay for long, and are read often. */
const PARQUET = '(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)';

/** Makes the temporary table `views` of `requests`: a row per view, with the ids of what was decided about it. */
export async function joinViews(connection: DuckDBConnection): Promise<void> {
  const same = (values: string, columns: readonly string[]): string =>
    columns.map((column) => `requests.${column} = ${values}.${column}`).join(' AND ');
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE views AS
     SELECT event_id, dt, places.id AS page, place, agents_values.id AS agent, referers_values.id AS referer,
       people_values.id AS person, access_days_values.id AS access_day, is_mobile, no_cookies, source
     FROM requests
     JOIN pages_values ON ${same('pages_values', PAGE)}
     JOIN places ON places.id = pages_values.id
     JOIN agents_values ON ${same('agents_values', ['user_agent'])}
     JOIN referers_values ON ${same('referers_values', ['referer', 'host'])}
     JOIN access_days_values ON ${same('access_days_values', ['last_access'])}
     LEFT JOIN people_values ON ${same('people_values', PERSON)}`,
  );
  await execute(connection, 'DROP TABLE requests');
}

/**
 * Writes the file of views, sorted. No file is written if there are none.
 * @returns the number of views
 */
export async function copyViews(
  connection: DuckDBConnection,
  { hour, views }: Pick<HourWork, 'hour' | 'views'>,
  unknownCountry: string,
): Promise<number> {
  const [[rows = 0] = []] = await queryAll(connection, 'SELECT CAST(count(*) AS DOUBLE) FROM views');
  if (rows === 0) return 0;
  const timestamp = new Date(hour * HOUR_MS).toISOString().replaceAll(/\D/g, '').slice(0, 10);
  const expressions: Partial<Record<(typeof VIEW_TEXTS)[number], string>> = {
    access: 'CASE WHEN is_mobile THEN access_if_mobile ELSE access END',
    agent: `CASE WHEN spider IS NOT NULL THEN 'spider' WHEN reason IS NOT NULL THEN 'automated' ELSE 'user' END`,
    agent_rule: `coalesce(spider, reason, '')`,
    country: `coalesce(country, ${literal(unknownCountry)})`,
    actor: `coalesce(people.actor, '')`,
    timestamp: literal(timestamp),
  };
  const columns = VIEW_TEXTS.map((name) => `${expressions[name] ?? name} AS "${name}"`);
  await execute(
    connection,
    `COPY (SELECT ${columns.join(', ')} FROM views
       JOIN places ON places.id = page
       JOIN agents ON agents.id = agent
       JOIN referers ON referers.id = referer
       JOIN access_days ON access_days.id = access_day
       LEFT JOIN people ON people.id = person
       LEFT JOIN labels ON labels.actor = people.actor
       ORDER BY views.place, dt, event_id)
     TO ${literal(views)} ${PARQUET}`,
  );
  return Number(rows);
}
