import type { EngineError } from '../../core/engine-error.ts';
import type { HiveAddress } from './address.ts';
import { Connection } from './connection.ts';
import { fromHive, HiveError } from './hive-error.ts';
import type { Page } from './page.ts';
import { assertFree, prepare, warm, withDeadline } from './session-care.ts';
import { Statement } from './statement.ts';
import { onAbort } from '../../core/abort.ts';

export type { Page } from './page.ts';

export interface SessionsOptions {
  /** The maximum number of calls that wait for a session; further calls are refused. 256 by default. */
  readonly waiting?: number;
  /** How long an abandoned statement may take to end before its session is given up, in ms. 10 s by default. */
  readonly endMs?: number;
  /** Whether all sessions are opened and warmed once one is open. True by default. */
  readonly warm?: boolean;
}

const CLOSE_MS = 2_000;
/** How long calls are refused after a failed attempt to connect, in ms; the pause doubles up to the maximum. */
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2_000;

interface Waiter {
  readonly take: (connection: Connection) => void;
  readonly refuse: (error: EngineError) => void;
}

/**
 * Runs statements on a few sessions, one at a time in each. Sessions are opened at the first statement, warmed in the
 * background, and replaced when they fail. A call whose signal is aborted rejects with the signal's reason at once;
 * its statement is cancelled in the background. Any other rejection is an `EngineError`.
 */
export class Sessions {
  readonly #address: HiveAddress;
  readonly #waitingLimit: number;
  readonly #endMs: number;
  readonly #warm: boolean;
  readonly #open = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #waiters: Waiter[] = [];
  readonly #closing = new AbortController();
  #opening = 0;
  #warming = false;
  #statements = 0;
  #lastFailure: EngineError | undefined;
  #backoff = 0;
  #refusedUntil = 0;

  constructor(address: HiveAddress, options: SessionsOptions = {}) {
    this.#address = address;
    this.#waitingLimit = options.waiting ?? 256;
    this.#endMs = options.endMs ?? 10_000;
    this.#warm = options.warm ?? true;
  }

  /** The number of statements sent, without those that prepare a session. */
  get statements(): number {
    return this.#statements;
  }

  /** Yields the rows of a statement in pages of up to 10,000. */
  async *query(sql: string, signal: AbortSignal): AsyncGenerator<Page> {
    const [connection, statement] = await this.#start(sql, signal);
    try {
      yield* statement.pages(signal);
    } finally {
      void this.#giveBack(connection, statement);
    }
  }

  /** Runs a statement and ignores its result. */
  async execute(sql: string, signal: AbortSignal): Promise<void> {
    const [connection, statement] = await this.#start(sql, signal);
    try {
      await statement.finish(signal);
    } finally {
      void this.#giveBack(connection, statement);
    }
  }

  /** Closes the sessions. Running, waiting and later calls reject. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { refuse } of this.#waiters.splice(0)) refuse(closed());
    const idle = new Set(this.#idle);
    await Promise.all(
      [...this.#open].map(async (connection) => {
        if (!idle.has(connection)) return connection.fail(closed());
        await withDeadline(CLOSE_MS, connection, () => connection.close());
      }),
    );
  }

  async #start(sql: string, signal: AbortSignal): Promise<[Connection, Statement]> {
    // The server may have forgotten each of the open sessions.
    for (let attempt = 0; ; attempt++) {
      const connection = await this.#take(signal);
      this.#statements++;
      const statement = new Statement(connection, sql);
      try {
        await statement.started(signal);
        return [connection, statement];
      } catch (error) {
        const gone = error instanceof HiveError && error.sessionIsGone;
        if (gone) connection.fail(error);
        else void this.#giveBack(connection, statement);
        if (!gone || attempt >= this.#address.sessions) throw error;
      }
    }
  }

  async #take(signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted();
    if (this.#closing.signal.aborted) throw closed();
    // The session used last is the warmest.
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#waiters.length >= this.#waitingLimit) {
      throw new HiveError(
        `${this.#waitingLimit} statements are already waiting for a session: try again later`,
      );
    }
    return new Promise((resolve, reject) => {
      const settled = (settle: () => void): void => {
        stop();
        settle();
      };
      const waiter: Waiter = {
        take: (connection) => settled(() => resolve(connection)),
        refuse: (error) => settled(() => reject(error)),
      };
      const stop = onAbort(signal, () => {
        stop();
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(signal.reason as Error);
      });
      this.#waiters.push(waiter);
      this.#openForWaiters();
    });
  }

  /** Opens as many sessions as are needed and allowed. Refuses the waiting calls if no session will come. */
  #openForWaiters(): void {
    while (this.#opening < this.#waiters.length && this.#mayOpen()) void this.#openOne();
    if (this.#open.size > 0 || this.#opening > 0) return;
    const { message } = this.#lastFailure ?? closed();
    for (const { refuse } of this.#waiters.splice(0)) refuse(new HiveError(message));
  }

  #mayOpen(): boolean {
    const room = this.#open.size + this.#opening < this.#address.sessions;
    return room && performance.now() >= this.#refusedUntil && !this.#closing.signal.aborted;
  }

  async #openOne(): Promise<Connection | undefined> {
    this.#opening++;
    try {
      const connection = await Connection.open(
        this.#address,
        (failed) => this.#forget(failed),
        this.#closing.signal,
      );
      await prepare(connection);
      if (this.#closing.signal.aborted) connection.fail(closed());
      if (connection.failure) throw connection.failure;
      this.#opening--;
      this.#backoff = 0;
      this.#open.add(connection);
      this.#offer(connection);
      this.#warmAll();
      return connection;
    } catch (error) {
      this.#opening--;
      this.#lastFailure = fromHive(error);
      this.#backoff = Math.min(Math.max(FIRST_BACKOFF_MS, this.#backoff * 2), MAX_BACKOFF_MS);
      this.#refusedUntil = performance.now() + this.#backoff;
      this.#openForWaiters();
      return undefined;
    }
  }

  #offer(connection: Connection): void {
    const waiter = this.#waiters.shift();
    if (waiter) waiter.take(connection);
    else this.#idle.push(connection);
  }

  #forget(connection: Connection): void {
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
    if (this.#open.delete(connection)) {
      this.#lastFailure = connection.failure;
      this.#openForWaiters();
    }
  }

  /** Ends a statement in the background. Its session is free afterwards, or given up. */
  async #giveBack(connection: Connection, statement: Statement): Promise<void> {
    await withDeadline(this.#endMs, connection, async () => {
      // A cancelled statement may continue for a while; until then the session accepts no other.
      if (await statement.end()) await assertFree(connection);
    });
    if (!connection.failure) this.#offer(connection);
  }

  /** Opens the other sessions one by one, and makes each start its execution engine. */
  #warmAll(): void {
    if (!this.#warm || this.#warming) return;
    this.#warming = true;
    void this.#warmOneByOne().finally(() => (this.#warming = false));
  }

  async #warmOneByOne(): Promise<void> {
    while (this.#mayOpen()) {
      const connection = await this.#openOne();
      const index = connection ? this.#idle.indexOf(connection) : -1;
      // A waiter has taken the session, whose statement warms it.
      if (!connection || index < 0) continue;
      this.#idle.splice(index, 1);
      await warm(connection);
      if (!connection.failure) this.#offer(connection);
    }
  }
}

function closed(): HiveError {
  return new HiveError('the connection to Hive is closed');
}
