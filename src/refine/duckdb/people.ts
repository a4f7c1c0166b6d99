import { type DuckDBConnection, INTEGER, UBIGINT, VARCHAR } from '@duckdb/node-api';
import { execute } from '../../warehouses/lake/engine.ts';
import { Bindings, literal } from '../../warehouses/lake/sql.ts';
import type { Definitions } from '../definitions.ts';
import { actorSql } from './actor-sql.ts';
import { decideOnce } from './dictionary.ts';
import type { Known } from './known.ts';
import { hashOf, PERSON, type Salt, textOf } from './requests.ts';

const AGENT = [
  ...['spider', 'access', 'access_if_mobile', 'browser_family', 'browser_major', 'os_family', 'os_major'],
  'device_family',
] as const;

export interface PeopleParts {
  /** A relation with the columns of `PERSON` and `person`. */
  readonly relation: string;
  readonly bindings: Bindings;
  /** The key of the day. */
  readonly key: Uint8Array;
  readonly definitions: Definitions;
  readonly known: Known;
  readonly salt: Salt;
}

/**
 * Makes the temporary table `people`: all that follows from who sent a request, by `person`. Actors are named by SQL,
 * as `Definitions.actorOf` does: there are too many for JavaScript. Spiders need no name. Who asks not to be followed
 * has no address: such people would all be one actor.
 */
export async function makePeople(connection: DuckDBConnection, parts: PeopleParts): Promise<void> {
  const { relation, bindings, key, definitions, salt } = parts;
  const firsts = PERSON.map((column) => `${textOf(column)} AS ${column}`);
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE persons AS SELECT person, ${firsts.join(', ')} FROM ${relation} GROUP BY person`,
    bindings,
  );
  await makeAgents(connection, parts);
  await makeHosts(connection, parts);
  const country = await makeCountries(connection, parts);
  const named = new Bindings();
  const isNamed = `spider IS NULL AND address <> '' AND project IS NOT NULL`;
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE people AS
     SELECT * EXCLUDE (actor), coalesce(actor, '') AS actor, md5_number_lower(actor) AS actor_number
     FROM (
       SELECT person, project, ${AGENT.join(', ')}, user_agent_length, ${country} AS country,
         CASE WHEN ${isNamed} THEN ${actorSql(named, key)} END AS actor
       FROM persons JOIN agents ON agents.key = ${hashOf(['user_agent'], salt)} JOIN hosts ON hosts.key = ${hashOf(['host'], salt)}
       ${definitions.countryOf ? `JOIN countries ON countries.key = ${hashOf(['address'], salt)}` : ''})`,
    named,
  );
  for (const table of ['persons', 'agents', 'hosts']) await execute(connection, `DROP TABLE ${table}`);
}

async function makeAgents(connection: DuckDBConnection, { definitions, salt }: PeopleParts): Promise<void> {
  const columns = AGENT.map((name) => `${name} VARCHAR`);
  await execute(
    connection,
    `CREATE OR REPLACE TEMP TABLE agents (key UBIGINT, ${columns.join(', ')}, user_agent_length INTEGER)`,
  );
  await decideOnce<[string]>(connection, {
    into: 'agents',
    columns: [UBIGINT, ...AGENT.map(() => VARCHAR), INTEGER],
    values: `SELECT DISTINCT ${hashOf(['user_agent'], salt)} AS key, user_agent FROM persons`,
    read: ['user_agent'],
    decide: ([text]) => {
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

async function makeHosts(connection: DuckDBConnection, { known, salt }: PeopleParts): Promise<void> {
  await execute(connection, 'CREATE OR REPLACE TEMP TABLE hosts (key UBIGINT, project VARCHAR)');
  await decideOnce<[string]>(connection, {
    into: 'hosts',
    columns: [UBIGINT, VARCHAR],
    values: `SELECT DISTINCT ${hashOf(['host'], salt)} AS key, host FROM persons`,
    read: ['host'],
    decide: ([host]) => [known.projectOf(host) ?? null],
  });
}

/** @returns an expression for the country */
async function makeCountries(
  connection: DuckDBConnection,
  { definitions, salt }: PeopleParts,
): Promise<string> {
  const { countryOf, unknownCountry } = definitions;
  if (!countryOf) return literal(unknownCountry);
  await execute(connection, 'CREATE OR REPLACE TEMP TABLE countries (key UBIGINT, country VARCHAR)');
  await decideOnce<[string]>(connection, {
    into: 'countries',
    columns: [UBIGINT, VARCHAR],
    values: `SELECT DISTINCT ${hashOf(['address'], salt)} AS key, address FROM persons`,
    read: ['address'],
    decide: ([address]) => [countryOf(address)],
  });
  return 'countries.country';
}
