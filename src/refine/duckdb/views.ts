import { BOOLEAN, type DuckDBConnection, UBIGINT, VARCHAR } from '@duckdb/node-api';
import { rm } from 'node:fs/promises';
import { VIEW_TEXTS } from '../../core/metric/view-events.ts';
import { HOUR_MS } from '../../core/time/time.ts';
import { PARQUET } from '../../raw/duckdb/sql.ts';
import { execute, queryAll } from '../../warehouses/lake/engine.ts';
import { Bindings, literal } from '../../warehouses/lake/sql.ts';
import { numberTexts } from '../../warehouses/lake/text-numbers.ts';
import type { ViewRules } from '../view-rules.ts';
import type { HourWork } from '../view-maker.ts';
import { decideOnce } from './dictionary.ts';
import { LINKS, OTHER_PAGES } from './known.ts';
import { ANSWER, hashedRequests, hashOf, marksOf, PAGE, type RawRows, type Salt } from './requests.ts';

/** What rows keep until they are views. */
const KEPT = [
  ...PAGE,
  ...([
    'page',
    'person',
    'link',
    'event_id',
    'dt',
    'is_mobile',
    'last_access',
    'no_cookies',
    'source',
  ] as const),
];

/**
 * Makes the temporary table `requests` of an hour: the raw rows whose answer showed something to somebody.
 * @param raw the hour's raw rows
 */
export async function keepRequests(
  connection: DuckDBConnection,
  raw: RawRows,
  rules: ViewRules,
  salt: Salt,
): Promise<void> {
  const hashing = { appMark: rules.appMark, salt };
  const forMarks = new Bindings();
  const marks = marksOf(raw(forMarks), salt);
  await execute(connection, `CREATE OR REPLACE TEMP TABLE marks AS ${marks}`, forMarks);
  await execute(connection, 'CREATE OR REPLACE TEMP TABLE access_days (key UBIGINT, last_access VARCHAR)');
  await decideOnce<[string]>(connection, {
    into: 'access_days',
    columns: [UBIGINT, VARCHAR],
    values: `SELECT DISTINCT ${hashOf(['cookie'], salt)} AS key, cookie FROM marks`,
    read: ['cookie'],
    decide: ([cookie]) => [rules.lastAccessDay(cookie)],
  });
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE marks AS SELECT marks.* EXCLUDE (cookie), last_access
     FROM marks JOIN access_days ON access_days.key = ${hashOf(['cookie'], salt)}`,
  );
  await numberTexts(connection, 'marks', [['last_access'], ['no_cookies']]);
  await execute(connection, 'CREATE OR REPLACE TEMP TABLE answers (key UBIGINT, is_view BOOLEAN)');
  const key = hashOf(ANSWER, salt);
  const forAnswers = new Bindings();
  // A method that a log doesn't say is another thing than none: `-` stays.
  const firsts = ANSWER.map((column) => `coalesce(CAST(any_value(${column}) AS VARCHAR), '') AS ${column}`);
  await decideOnce<[string, string, string, string, string]>(connection, {
    into: 'answers',
    columns: [UBIGINT, BOOLEAN],
    values: `SELECT ${key} AS key, ${firsts.join(', ')} FROM ${hashedRequests(raw(forAnswers), hashing)} GROUP BY ALL`,
    read: ANSWER,
    bindings: forAnswers,
    decide: ([host, method, status, contentType, isApp]) => {
      const answer = { host, method, status, contentType, isApp: isApp === 'true' };
      return rules.isView(answer) ? [true] : undefined;
    },
  });
  const bindings = new Bindings();
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE requests AS SELECT ${KEPT.join(', ')}
     FROM ${hashedRequests(raw(bindings), hashing)} WHERE ${key} IN (SELECT key FROM answers)`,
    bindings,
  );
}

/** The requests that are views, with `project`, `article` and `namespace`, and with all that is said about the person. */
export const VIEWS = `(
  SELECT requests.* EXCLUDE (page_keys, is_app, has_type), people.* EXCLUDE (person, project),
    coalesce(other.project, people.project) AS project, coalesce(article, path, '') AS article,
    coalesce(namespace, '') AS namespace
  FROM requests JOIN people ON people.person = requests.person
  LEFT JOIN ${OTHER_PAGES} AS other ON other.key = page
  WHERE coalesce(is_page, true))`;

/**
 * Writes the file of views in order of time. No file is left if there are none.
 * @returns the number of views
 */
export async function copyViews(
  connection: DuckDBConnection,
  { hour, views }: Pick<HourWork, 'hour' | 'views'>,
): Promise<number> {
  const agent = (name: string): string => oneOf(name, ['automated', 'spider', 'user']);
  const timestamp = new Date(hour * HOUR_MS).toISOString().replaceAll(/\D/g, '').slice(0, 10);
  const expressions: Partial<Record<(typeof VIEW_TEXTS)[number], string>> = {
    access: 'CASE WHEN is_mobile THEN access_if_mobile ELSE access END',
    agent: `CASE WHEN spider IS NOT NULL THEN ${agent('spider')} WHEN reason IS NOT NULL THEN ${agent('automated')}
      ELSE ${agent('user')} END`,
    agent_rule: `coalesce(spider, reason, '')`,
    timestamp: oneOf(timestamp, [timestamp]),
  };
  const columns = VIEW_TEXTS.map((name) => `${expressions[name] ?? name} AS "${name}"`);
  const [[rows = 0] = []] = await queryAll(
    connection,
    `COPY (SELECT ${columns.join(', ')} FROM ${VIEWS}
       JOIN ${LINKS} ON ${LINKS}.key = link
       LEFT JOIN labels USING (actor_number)
       ORDER BY dt, event_id)
     TO ${literal(views)} ${PARQUET}`,
  );
  if (Number(rows) === 0) await rm(views, { force: true });
  return Number(rows);
}

/** A text that is held as the number of a known text: see `numberTexts`. */
function oneOf(text: string, known: readonly string[]): string {
  return `CAST(${literal(text)} AS ENUM (${known.map(literal).join(', ')}))`;
}
