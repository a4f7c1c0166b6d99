import type { EngineError } from '../../core/engine-error.ts';
import type { HiveAddress } from './address.ts';
import { Connection } from './connection.ts';
import { fromHive, HiveError } from './hive-error.ts';
import type { Page } from './page.ts';
import { assertFree, prepare, warm, within } from './session-care.ts';
import { Statement } from './statement.ts';
import { onAbort } from '../../core/abort.ts';

export type { Page } from './page.ts';

export interface SessionsOptions {
  /** How many calls wait for a session at most; the next is refused. 256 unless given. */
  readonly waiting?: number;
  /** How long a statement that was given up may take to end until its session is thrown away, in ms. 10 s unless given. */
  readonly endMs?: number;
  /** Whether all sessions are opened and warmed once there is one. True unless given. */
  readonly warm?: boolean;
}

const CLOSE_MS = 2_000;
/** After a failed attempt to connect, calls are refused with its error for so long. */
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 2_000;

interface Waiter {
  readonly take: (connection: Connection) => void;
  readonly refuse: (error: EngineError) => void;
}

/**
 * Statements to Hive, over a few sessions with one statement at a time in each. Sessions are opened
 * when the first statement comes, warmed in the background, and replaced when they fail. A call
 * whose signal is aborted rejects with its reason at once; its statement is cancelled in the
 * background. What else a call rejects with is an `EngineError`.
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

  /** How many statements were sent, without those that prepare a session. */
  get statements(): number {
    return this.#statements;
  }

  /** The rows of a statement, in pages of up to 10,000. */
  async *query(sql: string, signal: AbortSignal): AsyncGenerator<Page> {
    const [connection, statement] = await this.#start(sql, signal);
    try {
      yield* statement.pages(signal);
    } finally {
      void this.#giveBack(connection, statement);
    }
  }

  /** Runs a statement whose result nobody wants. */
  async execute(sql: string, signal: AbortSignal): Promise<void> {
    const [connection, statement] = await this.#start(sql, signal);
    try {
      await statement.finish(signal);
    } finally {
      void this.#giveBack(connection, statement);
    }
  }

  /** Closes the sessions; what is under way or waits rejects, and so does every later call. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { refuse } of this.#waiters.splice(0)) refuse(closed());
    const idle = new Set(this.#idle);
    await Promise.all(
      [...this.#open].map(async (connection) => {
        if (!idle.has(connection)) return connection.fail(closed());
        await within(CLOSE_MS, connection, () => connection.close());
      }),
    );
  }

  async #start(sql: string, signal: AbortSignal): Promise<[Connection, Statement]> {
    // Each session that was open may turn out to be forgotten by the server.
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
    // The one that was used last is the warmest.
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#waiters.length >= this.#waitingLimit) {
      throw new HiveError(`${this.#waitingLimit} statements wait for a session already`);
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

  /** Opens as many sessions as are waited for and allowed; nobody waits where none is to come. */
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
      this.#backoff = Math.min(Math.max(FIRST_BACKOFF_MS, this.#backoff * 2), LONGEST_BACKOFF_MS);
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

  /** Ends a statement in the background; its session is then free, or thrown away. */
  async #giveBack(connection: Connection, statement: Statement): Promise<void> {
    await within(this.#endMs, connection, async () => {
      // What was cancelled may go on for a while, and the session takes nothing else until then.
      if (await statement.end()) await assertFree(connection);
    });
    if (!connection.failure) this.#offer(connection);
  }

  /** Opens the other sessions, one by one, and has each start its execution engine. */
  #warmAll(): void {
    if (!this.#warm || this.#warming) return;
    this.#warming = true;
    void this.#warmOneByOne().finally(() => (this.#warming = false));
  }

  async #warmOneByOne(): Promise<void> {
    while (this.#mayOpen()) {
      const connection = await this.#openOne();
      const index = connection ? this.#idle.indexOf(connection) : -1;
      // It was waited for, and is warmed by what it was waited for.
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
