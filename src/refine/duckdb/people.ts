import { type DuckDBConnection, INTEGER, UBIGINT, VARCHAR } from '@duckdb/node-api';
import { actorPads, actorSql } from '../../define/actor.ts';
import { execute } from '../../warehouses/lake/engine.ts';
import { Bindings, literal } from '../../warehouses/lake/sql.ts';
import { numberTexts } from '../../warehouses/lake/text-numbers.ts';
import type { ViewRules } from '../view-rules.ts';
import { decideOnce } from './dictionary.ts';
import type { Known } from './known.ts';
import { hashOf, PERSON, type Salt, textOf } from './requests.ts';

const BROWSER = ['browser_family', 'browser_major', 'os_family', 'os_major', 'device_family'] as const;
const ACCESS = ['access', 'access_if_mobile'] as const;
const AGENT = ['spider', ...ACCESS, ...BROWSER] as const;

export interface PeopleParts {
  /** A relation with the columns of `PERSON` and `person`. */
  readonly relation: string;
  readonly bindings: Bindings;
  /** The key of the day. */
  readonly key: Uint8Array;
  readonly rules: ViewRules;
  readonly known: Known;
  readonly salt: Salt;
}

/**
 * Makes the temporary table `people`: all that follows from who sent a request, by `person`. Actors are named by SQL,
 * as `actorOf` of `src/define` does: there are too many for JavaScript. Spiders need no name. Who asks not to be followed
 * has no address: such people would all be one actor.
 */
export async function makePeople(connection: DuckDBConnection, parts: PeopleParts): Promise<void> {
  const { relation, bindings, key, rules, salt } = parts;
  const firsts = PERSON.map((column) => `${textOf(column)} AS ${column}`);
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE persons AS SELECT person, ${firsts.join(', ')} FROM ${relation} GROUP BY person`,
    bindings,
  );
  await makeHosts(connection, parts);
  await makeAgents(connection, parts);
  const country = await makeCountries(connection, parts);
  const named = new Bindings();
  const isNamed = `spider IS NULL AND address <> '' AND project IS NOT NULL`;
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE people AS
     SELECT * EXCLUDE (actor), coalesce(actor, '') AS actor, md5_number_lower(actor) AS actor_number
     FROM (
       SELECT person, project, ${AGENT.join(', ')}, user_agent_length, ${country} AS country,
         CASE WHEN ${isNamed} THEN ${actorOf(named, key)} END AS actor
       FROM persons JOIN hosts ON hosts.key = ${hashOf(['host'], salt)}
       JOIN agents ON agents.key = ${hashOf(AGENT_KEY, salt)}
       ${rules.countryOf ? `JOIN countries ON countries.key = ${hashOf(['address'], salt)}` : ''})`,
    named,
  );
  for (const table of ['persons', 'agents', 'hosts']) await execute(connection, `DROP TABLE ${table}`);
}

/** Names an actor. www.example.net and example.net are one site: the project counts, not the host. */
function actorOf(bindings: Bindings, key: Uint8Array): string {
  const { inner, outer } = actorPads(key);
  const blob = (bytes: Uint8Array): string => `unhex(${bindings.text(Buffer.from(bytes).toString('hex'))})`;
  const texts = { address: 'address', userAgent: 'user_agent', language: 'language', host: 'project' };
  return actorSql({ inner: blob(inner), outer: blob(outer) }, { ...texts, installation: 'installation' });
}

async function makeHosts(connection: DuckDBConnection, { rules, known, salt }: PeopleParts): Promise<void> {
  await execute(
    connection,
    'CREATE OR REPLACE TEMP TABLE hosts (key UBIGINT, project VARCHAR, spiders VARCHAR)',
  );
  await decideOnce<[string]>(connection, {
    into: 'hosts',
    columns: [UBIGINT, VARCHAR, VARCHAR],
    values: `SELECT DISTINCT ${hashOf(['host'], salt)} AS key, host FROM persons`,
    read: ['host'],
    decide: ([host]) => [known.projectOf(host) ?? null, rules.spiderRulesOf(host)],
  });
}

/** Sites differ in what is a spider. */
const AGENT_KEY = ['user_agent', 'spiders'];

async function makeAgents(connection: DuckDBConnection, { rules, salt }: PeopleParts): Promise<void> {
  const columns = AGENT.map((name) => `${name} VARCHAR`);
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE agents (key UBIGINT, ${columns.join(', ')}, user_agent_length INTEGER)`,
  );
  await decideOnce<[string, string]>(connection, {
    into: 'agents',
    columns: [UBIGINT, ...AGENT.map(() => VARCHAR), INTEGER],
    values: `SELECT DISTINCT ${hashOf(AGENT_KEY, salt)} AS key, ${AGENT_KEY.join(', ')}
      FROM persons JOIN hosts ON hosts.key = ${hashOf(['host'], salt)}`,
    read: AGENT_KEY,
    decide: ([text, spiders]) => {
      const agent = rules.userAgentOf(text);
      return [
        rules.spiderBy(text, spiders) ?? null,
        rules.accessOf(text, false),
        rules.accessOf(text, true),
        agent.browserFamily,
        agent.browserMajor,
        agent.osFamily,
        agent.osMajor,
        agent.deviceFamily,
        text.length,
      ];
    },
  });
  await numberTexts(connection, 'agents', [ACCESS, ...BROWSER.map((name) => [name])]);
}

/** @returns an expression for the country */
async function makeCountries(connection: DuckDBConnection, { rules, salt }: PeopleParts): Promise<string> {
  const { countryOf, unknownCountry } = rules;
  if (!countryOf) return literal(unknownCountry);
  await execute(connection, 'CREATE OR REPLACE TEMP TABLE countries (key UBIGINT, country VARCHAR)');
  await decideOnce<[string]>(connection, {
    into: 'countries',
    columns: [UBIGINT, VARCHAR],
    values: `SELECT DISTINCT ${hashOf(['address'], salt)} AS key, address FROM persons`,
    read: ['address'],
    decide: ([address]) => [countryOf(address)],
  });
  await numberTexts(connection, 'countries', [['country']]);
  return 'countries.country';
}
