import { Connection, ResponseError, type API, type ConnectionOptions } from '@platformatic/kafka';
import type { BrokerPlace } from './address.ts';

const CONNECT_MS = 3_000;
/** Never reached: a call's own deadline comes first. (The client can't read on after this one.) */
const NEVER_MS = 2 ** 31 - 1;
const MAX_IN_FLIGHT = 64;

/** A request wasn't sent: nothing has happened. */
export class NotSentError extends Error {}

/** A request was sent, or may have been, and wasn't answered: nobody knows what has happened. */
export class UnansweredError extends Error {}

/** What a connection says of itself, and how it is secured. */
export type BrokerOptions = Pick<ConnectionOptions, 'tls' | 'tlsServerName' | 'sasl'>;

/**
 * A connection to a broker, made when it is needed and again when it has ended. Each call settles by
 * its deadline. One that isn't answered by then ends the connection, on which a broker answers in
 * order, so that the calls behind it aren't held up for longer.
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
   * Sends a request once. An answer may be an error in whole or in part: it has the codes.
   * @param deadline when to give up, by `performance.now()`
   * @throws NotSentError, UnansweredError, and what reading the answer throws
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
      connectTimeout: CONNECT_MS,
      requestTimeout: NEVER_MS,
      maxInflights: MAX_IN_FLIGHT,
    });
    // Its calls fail by themselves; an event that nobody hears would end the process.
    connection.on('error', () => undefined);
    this.#connection = connection;
    try {
      await connection.connect(this.#place.host, this.#place.port);
    } catch (cause) {
      throw new NotSentError(this.#failed(cause), { cause });
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

/** It also takes requests while it logs in anew, which a broker may ask for from time to time. */
function isUsable({ status }: Connection): boolean {
  return status === 'connected' || status === 'reauthenticating';
}

/** The promise, or an error when the deadline has come. The promise's own rejection is handled in every case. */
async function within<T>(promise: Promise<T>, deadline: number, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), Math.max(0, deadline - performance.now()));
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
