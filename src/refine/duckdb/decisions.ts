import { BOOLEAN, type DuckDBConnection, INTEGER, VARCHAR } from '@duckdb/node-api';
import { execute } from '../../warehouses/lake/engine.ts';
import { Bindings } from '../../warehouses/lake/sql.ts';
import type { Definitions } from '../definitions.ts';
import type { HourWork } from '../view-maker.ts';
import { decideOnce } from './dictionary.ts';
import { ANSWER, requestsOf } from './requests.ts';

/** The columns by which a page is told. */
export const PAGE = ['host', 'path', 'query', 'page_keys', 'is_app', 'has_type'] as const;
/** The columns by which a person is told. */
export const PERSON = ['address', 'user_agent', 'language', 'host'] as const;
/** What rows keep until they are views. */
const KEPT = [
  ...PAGE,
  ...['event_id', 'dt', 'referer', 'user_agent', 'language', 'address'],
  ...['is_mobile', 'last_access', 'no_cookies', 'source'],
];

const texts = (...names: readonly string[]) => names.map((name) => ({ name, type: VARCHAR }));

/** Makes the temporary table `requests` of an hour: the raw rows whose answer showed something to somebody. */
export async function keepRequests(
  connection: DuckDBConnection,
  { hour, raw }: HourWork,
  definitions: Definitions,
): Promise<void> {
  const relation = (bindings: Bindings) => requestsOf(connection, { hour, raw }, definitions, bindings);
  const bindings = new Bindings();
  const answers = await relation(bindings);
  await decideOnce(connection, {
    name: 'answers',
    values: `SELECT DISTINCT ${ANSWER.join(', ')} FROM ${answers}`,
    bindings,
    columns: [{ name: 'is_view', type: BOOLEAN }],
    decide: (value) => {
      const [host, method, status, contentType, isApp] = value as [string, string, string, string, boolean];
      return [definitions.isView({ host, method, status, contentType, isApp })];
    },
  });
  const all = new Bindings();
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE requests AS SELECT ${KEPT.join(', ')} FROM ${await relation(all)}
     SEMI JOIN (SELECT * FROM answers_values JOIN answers USING (id) WHERE is_view) USING (${ANSWER.join(', ')})`,
    all,
  );
}

/** Makes the decisions about the table `requests`: `agents`, `pages`, `referers`, `people`, `access_days`. */
export async function decide(
  connection: DuckDBConnection,
  key: Uint8Array,
  definitions: Definitions,
): Promise<void> {
  await decideAgents(connection, definitions);
  const projects = await decidePages(connection, definitions);
  await decideReferers(connection, definitions, projects);
  await decidePeople(connection, key, definitions);
  await decideOnce(connection, {
    name: 'access_days',
    values: 'SELECT DISTINCT last_access FROM requests',
    columns: texts('last_access'),
    decide: ([text]) => [definitions.lastAccessDay(text as string)],
  });
}

async function decideAgents(connection: DuckDBConnection, definitions: Definitions): Promise<void> {
  await decideOnce(connection, {
    name: 'agents',
    values: 'SELECT DISTINCT user_agent FROM requests',
    columns: [
      ...texts('spider', 'access', 'access_if_mobile', 'browser_family', 'browser_major'),
      ...texts('os_family', 'os_major', 'device_family'),
      { name: 'user_agent_length', type: INTEGER },
    ],
    decide: (value) => {
      const text = value[0] as string;
      const agent = definitions.userAgentOf(text);
      return [
        definitions.spiderBy(text) ?? null,
        definitions.accessOf(text, false),
        definitions.accessOf(text, true),
        agent.browserFamily,
        agent.browserMajor,
        agent.osFamily,
        agent.osMajor,
        agent.deviceFamily,
        text.length,
      ];
    },
  });
}

/** @returns the project of each host */
async function decidePages(
  connection: DuckDBConnection,
  definitions: Definitions,
): Promise<ReadonlyMap<string, string>> {
  const projects = new Map<string, string>();
  await decideOnce(connection, {
    name: 'pages',
    values: `SELECT DISTINCT ${PAGE.join(', ')} FROM requests`,
    columns: texts('project', 'article', 'namespace'),
    decide: (value) => {
      const [host, path, query, xAnalytics, isApp, hasContentType] = value as [
        string,
        string,
        string,
        string,
        boolean,
        boolean,
      ];
      const page = definitions.pageOf({ host, path, query, xAnalytics, isApp, hasContentType });
      if (!page) return [null, null, null];
      projects.set(host, page.project);
      // Mostly the article is the path.
      return [page.project, page.article === path ? null : page.article, page.namespace];
    },
  });
  // Views are sorted by their page's place: integers are faster to sort than texts.
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE places AS
     SELECT *, CAST(dense_rank() OVER (ORDER BY project, article) AS INTEGER) AS place
     FROM (SELECT id, project, coalesce(article, path) AS article, namespace FROM pages JOIN pages_values USING (id)
       WHERE project IS NOT NULL)`,
  );
  return projects;
}

async function decideReferers(
  connection: DuckDBConnection,
  definitions: Definitions,
  projects: ReadonlyMap<string, string>,
): Promise<void> {
  await decideOnce(connection, {
    name: 'referers',
    values: 'SELECT DISTINCT referer, host FROM requests',
    columns: texts('referer_class', 'referer_name', 'referer_host', 'previous'),
    decide: (value) => {
      const [referer, host] = value as [string, string];
      const found = definitions.refererOf(referer, host);
      const previous = found.isInternal ? pageBehind(referer, found.host, definitions) : undefined;
      const isSame = previous !== undefined && previous.project === projects.get(host);
      return [found.class, found.name, found.host, isSame ? previous.article : ''];
    },
  });
}

/** The page that a referer names. Its path stays as it is spelled. */
function pageBehind(referer: string, host: string, definitions: Definitions) {
  const [, path = '/', query = ''] = /^[^:]+:\/\/[^/?#]+(\/[^?#]*)?(\?[^#]*)?/.exec(referer) ?? [];
  return definitions.pageOf({ host, path, query, xAnalytics: '', isApp: false, hasContentType: true });
}

async function decidePeople(
  connection: DuckDBConnection,
  key: Uint8Array,
  definitions: Definitions,
): Promise<void> {
  await decideOnce(connection, {
    name: 'people',
    // Who asks not to be followed has no address. Such people would all be one actor.
    values: `SELECT DISTINCT ${PERSON.join(', ')} FROM requests WHERE address <> ''`,
    columns: texts('actor', 'country'),
    decide: (value) => {
      const [address, userAgent, language, host] = value as [string, string, string, string];
      return [
        definitions.actorOf(key, { address, userAgent, language, host }),
        definitions.countryOf?.(address) ?? null,
      ];
    },
  });
}
