import type { Connection } from './connection.ts';
import { fromHive, HiveError } from './hive-error.ts';
import { Statement } from './statement.ts';

const PREPARE_MS = 15_000;
const WARM_MS = 60_000;

/** The settings of a session. A server may forbid any of them, because correctness doesn't depend on them. */
const SETTINGS = [
  'SET hive.variable.substitute=false',
  'SET hive.local.time.zone=UTC',
  // The statistics of files that other programs wrote may be wrong.
  'SET hive.compute.query.using.stats=false',
  // A cancellation waits for the status request before it.
  // Vectorised windows of Hive 4.0.1 fail over expressions with CASE; constant-columns.ts has another fault of theirs.
  'SET hive.vectorized.execution.ptf.enabled=false',
  'SET hive.server2.long.polling.timeout=500ms',
];
/** A statement that any free session answers. */
const HARMLESS = 'SET hive.variable.substitute';
/** A statement that needs an execution engine, whose start takes seconds in a new session. */
const WARMING = 'SELECT v FROM (SELECT explode(array(1, 2)) AS v) AS w ORDER BY v DESC';

/** A signal for calls that have another bound. */
const NEVER = new AbortController().signal;

/** Gives a new session its settings. */
export async function prepare(connection: Connection): Promise<void> {
  await withDeadline(PREPARE_MS, connection, async () => {
    for (const setting of SETTINGS) {
      try {
        await run(connection, setting);
      } catch (error) {
        if (connection.failure) throw error;
      }
    }
  });
}

/** Makes a session start its execution engine. */
export async function warm(connection: Connection): Promise<void> {
  await withDeadline(WARM_MS, connection, () => run(connection, WARMING).catch(() => undefined));
}

/** Waits until a session accepts statements. @throws EngineError */
export async function assertFree(connection: Connection): Promise<void> {
  await run(connection, HARMLESS);
}

/** Runs work in the background. If it fails or takes longer than `ms`, the connection is given up. */
export async function withDeadline(
  ms: number,
  connection: Connection,
  work: () => Promise<unknown>,
): Promise<void> {
  const timer = setTimeout(() => connection.fail(new HiveError(`it did not end within ${ms / 1000} s`)), ms);
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
