import { isIP } from 'node:net';
import {
  AuthenticationError,
  Connection,
  ResponseError,
  type API,
  type ConnectionOptions,
} from '@platformatic/kafka';
import type { BrokerPlace } from './address.ts';

const CONNECT_MS = 3_000;
/** Never reached: each call has a deadline of its own. (The client can't read further answers after this timeout.) */
const NEVER_MS = 2 ** 31 - 1;
const MAX_IN_FLIGHT = 64;

/** The request was not sent, so nothing has happened. */
export class NotSentError extends Error {}

/** The request may have been sent and has no answer, so the outcome is unknown. */
export class UnansweredError extends Error {}

/** A broker refuses the login. Trying again doesn't help. */
export class LoginError extends Error {}

/** How a connection is secured. */
export type BrokerOptions = Pick<ConnectionOptions, 'tls' | 'sasl'>;

/**
 * A connection to a broker. It is opened when it is needed, and again after it has ended. Each call settles by
 * its deadline. A call without an answer by then closes the connection: a broker answers in order, so the calls
 * behind it would wait for it too.
 */
export class Broker {
  readonly #place: BrokerPlace;
  readonly #options: BrokerOptions;
  #connection: Connection | undefined;
  #opening: Promise<Connection> | undefined;
  #closed = false;

  constructor(place: BrokerPlace, options: BrokerOptions) {
    this.#place = place;
    this.#options = options;
  }

  /**
   * Sends a request once. The answer may contain error codes: check them.
   * @param deadline when to give up, by `performance.now()`
   * @throws NotSentError, LoginError, UnansweredError, and what reading the answer throws
   */
  async call<Arguments extends unknown[], Answer>(
    api: API<Arguments, Answer>,
    args: Arguments,
    deadline: number,
  ): Promise<Answer> {
    const connection = await this.#ready(deadline);
    const answer = api.async(connection, ...args).catch((cause: unknown) => {
      if (cause instanceof ResponseError) return cause['response'] as Answer;
      throw isUsable(connection) ? (cause as Error) : new UnansweredError(this.#failed(cause), { cause });
    });
    return within(answer, deadline, () => {
      this.#drop(connection);
      return new UnansweredError(`${this.#name} hasn't answered in time`);
    });
  }

  close(): void {
    this.#closed = true;
    if (this.#connection) this.#drop(this.#connection);
  }

  get #name(): string {
    return `the broker ${this.#place.host}:${this.#place.port}`;
  }

  async #ready(deadline: number): Promise<Connection> {
    if (this.#closed) throw new NotSentError('the event log is closed');
    if (this.#connection && isUsable(this.#connection)) return this.#connection;
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return within(
      this.#opening,
      deadline,
      () => new NotSentError(`${this.#name} takes no connection in time`),
    );
  }

  async #open(): Promise<Connection> {
    const connection = new Connection('kraken', {
      ...this.#options,
      // An address is no name for TLS, RFC 6066.
      tlsServerName: isIP(this.#place.host) === 0,
      connectTimeout: CONNECT_MS,
      requestTimeout: NEVER_MS,
      maxInflights: MAX_IN_FLIGHT,
    });
    // Calls report their errors themselves. An error event without a listener would end the process.
    connection.on('error', () => undefined);
    this.#connection = connection;
    try {
      await connection.connect(this.#place.host, this.#place.port);
    } catch (cause) {
      const { cause: deeper } = cause as Error;
      const LoginOrOther = deeper instanceof AuthenticationError ? LoginError : NotSentError;
      throw new LoginOrOther(this.#failed(cause), { cause });
    }
    if (this.#closed) this.#drop(connection);
    return connection;
  }

  #drop(connection: Connection): void {
    if (this.#connection === connection) this.#connection = undefined;
    connection.socket?.destroy();
  }

  #failed(cause: unknown): string {
    const { message, cause: deeper } = cause as Error;
    const reason = deeper instanceof Error ? deeper.message : message;
    return `${this.#name} can't be spoken to: ${reason}`;
  }
}

/** A connection also takes requests while it logs in again, which brokers may demand from time to time. */
function isUsable({ status }: Connection): boolean {
  return status === 'connected' || status === 'reauthenticating';
}

/** Returns the promise's result, or throws when the deadline has passed. A later rejection of the promise is handled. */
async function within<T>(promise: Promise<T>, deadline: number, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), Math.max(0, deadline - performance.now()));
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
