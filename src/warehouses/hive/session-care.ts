import type { Connection } from './connection.ts';
import { fromHive, HiveError } from './hive-error.ts';
import { Statement } from './statement.ts';

const PREPARE_MS = 15_000;
const WARM_MS = 60_000;

/** A server that forbids one of them is spoken to all the same: nothing that must hold rests on them. */
const SETTINGS = [
  'SET hive.variable.substitute=false',
  'SET hive.local.time.zone=UTC',
  // The statistics of files that others wrote may be wrong.
  'SET hive.compute.query.using.stats=false',
  // A cancellation waits for the status that was asked for before it.
  'SET hive.server2.long.polling.timeout=500ms',
];
/** Is answered by a session that is free to take statements. */
const HARMLESS = 'SET hive.variable.substitute';
/** Needs an execution engine, whose start takes seconds in a new session. */
const WARMING = 'SELECT v FROM (SELECT explode(array(1, 2)) AS v) AS w ORDER BY v DESC';

/** For calls that have a bound of another kind. */
const NEVER = new AbortController().signal;

/** Gives a new session its settings. */
export async function prepare(connection: Connection): Promise<void> {
  await within(PREPARE_MS, connection, async () => {
    for (const setting of SETTINGS) {
      try {
        await run(connection, setting);
      } catch (error) {
        if (connection.failure) throw error;
      }
    }
  });
}

/** Has a session start its execution engine. */
export async function warm(connection: Connection): Promise<void> {
  await within(WARM_MS, connection, () => run(connection, WARMING).catch(() => undefined));
}

/** Waits until a session takes statements. @throws EngineError */
export async function assertFree(connection: Connection): Promise<void> {
  await run(connection, HARMLESS);
}

/** Work in the background; where it fails or takes longer than `ms`, the connection is thrown away. */
export async function within(
  ms: number,
  connection: Connection,
  work: () => Promise<unknown>,
): Promise<void> {
  const timer = setTimeout(() => connection.fail(new HiveError(`no end within ${ms / 1000} s`)), ms);
  try {
    await work();
  } catch (error) {
    connection.fail(fromHive(error));
  } finally {
    clearTimeout(timer);
  }
}

async function run(connection: Connection, sql: string): Promise<void> {
  const statement = new Statement(connection, sql);
  try {
    await statement.finish(NEVER);
  } finally {
    await statement.end();
  }
}
