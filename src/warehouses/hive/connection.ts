import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { auth, connections, HiveClient, thrift } from 'hive-driver';
import type { EngineError } from '../../core/engine-error.ts';
import type { HiveAddress } from './address.ts';
import { fromHive, HiveError, isAnswer } from './hive-error.ts';
import { onAbort } from '../../core/abort.ts';

type Session = Awaited<ReturnType<HiveClient['openSession']>>;
export type Operation = Awaited<ReturnType<Session['executeStatement']>>;
type Authentication = InstanceType<typeof auth.NoSaslAuthentication>;
type Transport = Parameters<Authentication['authenticate']>[0];

/** The timeout of connecting and opening a session, in ms. */
const OPEN_MS = 15_000;
/** The timeout of one answer, in ms: a page, a status (which Hive holds back for at most 5 s), a compilation. */
const CALL_MS = 120_000;

/**
 * One client with one session on a connection of its own, because Hive answers the calls of a connection one by one.
 * The driver leaves calls pending when its connection ends; this class rejects them. It fails once, and for good.
 */
export class Connection {
  readonly #client = new HiveClient(thrift.TCLIService as object, thrift.TCLIService_types as Types);
  readonly #pending = new Set<(error: EngineError) => void>();
  #transport: Transport | undefined;
  #agent: Agent | undefined;
  #session: Session | undefined;
  #failure: EngineError | undefined;
  readonly #onFailure: (connection: Connection) => void;

  private constructor(onFailure: (connection: Connection) => void) {
    this.#onFailure = onFailure;
    // Without a listener, an error of the socket would end the process.
    this.#client.on('error', (error: unknown) => this.fail(fromHive(error)));
    this.#client.on('close', () => this.fail(new HiveError('the server closed the connection')));
    this.#client.on('timeout', () => this.fail(new HiveError('the connection timed out')));
  }

  /**
   * Connects and opens a session within 15 s.
   * @param onFailure called once when the connection fails, possibly before this promise settles
   * @param signal aborted when the connection isn't wanted any more
   * @throws EngineError
   */
  static async open(
    address: HiveAddress,
    onFailure: (connection: Connection) => void,
    signal: AbortSignal,
  ): Promise<Connection> {
    const connection = new Connection(onFailure);
    const stop = onAbort(signal, () => connection.fail(new HiveError('the connection is closed')));
    const timer = setTimeout(
      () => connection.fail(new HiveError(`it opened no session within ${OPEN_MS / 1000} s`)),
      OPEN_MS,
    );
    try {
      await connection.#connect(address);
      return connection;
    } catch (error) {
      connection.fail(fromHive(error));
      throw connection.#failure as EngineError;
    } finally {
      clearTimeout(timer);
      stop();
    }
  }

  get failure(): EngineError | undefined {
    return this.#failure;
  }

  /** Starts a statement, which then runs in the background. The promise resolves once Hive has parsed and planned it. */
  async start(sql: string): Promise<Operation> {
    return this.call(() => (this.#session as Session).executeStatement(sql, { runAsync: true }));
  }

  /** Calls the driver. The promise rejects with an `EngineError` as soon as the connection fails. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#failure) throw this.#failure;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(
        () => this.fail(new HiveError(`it gave no answer within ${CALL_MS / 1000} s`)),
        CALL_MS,
      );
      const settled = (settle: () => void): void => {
        clearTimeout(timer);
        this.#pending.delete(fail);
        settle();
      };
      const fail = (error: EngineError): void => settled(() => reject(error));
      this.#pending.add(fail);
      work().then(
        (value) => settled(() => resolve(value)),
        (error: unknown) => fail(fromHive(error)),
      );
    });
  }

  /** Closes the session and the connection. Pending calls reject. */
  async close(): Promise<void> {
    if (this.#failure) return;
    try {
      await this.call(() => (this.#session as Session).close());
    } catch {
      // The server closes the session itself when the connection ends.
    }
    this.fail(new HiveError('the connection is closed'));
  }

  /** Gives up the connection: pending and later calls reject with this error. */
  fail(error: EngineError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#socket()?.destroy();
    this.#agent?.destroy();
    for (const reject of this.#pending) reject(error);
    this.#onFailure(this);
  }

  #socket(): Socket | undefined {
    return this.#transport?.getTransport() as Socket | undefined;
  }

  async #connect(address: HiveAddress): Promise<void> {
    const { host, port, user, password } = address;
    const login = { username: user ?? 'anonymous', password: password ?? (user ? '' : 'anonymous') };
    const tls = address.tls
      ? { rejectUnauthorized: true, ...(address.ca ? { ca: await this.#certificates(address.ca) } : {}) }
      : {};
    await this.call(() =>
      address.transport === 'http'
        ? this.#client.connect(
            { host, port, options: this.#httpOptions(address, tls) },
            new connections.HttpConnection(),
            new auth.PlainHttpAuthentication(login),
          )
        : this.#client.connect(
            { host, port, options: address.tls ? { ssl: true, ...tls } : {} },
            new connections.TcpConnection(),
            this.#watched(
              address.auth === 'plain'
                ? new auth.PlainTcpAuthentication(login)
                : new auth.NoSaslAuthentication(),
            ),
          ),
    );
    const request = {
      client_protocol: PROTOCOL,
      username: login.username,
      password: login.password,
      configuration: { 'use:database': address.database },
    };
    this.#session = await this.call(async () => {
      try {
        return await this.#client.openSession(request);
      } catch (error) {
        if (!isAnswer(error)) throw error;
        // When several sessions open at the same moment, one may fail in the metastore or over a folder.
        return this.#client.openSession(request);
      }
    });
  }

  async #certificates(path: string): Promise<Buffer> {
    try {
      return await readFile(path);
    } catch (error) {
      throw new HiveError(`the certificates can't be read: ${(error as Error).message}`, { cause: error });
    }
  }

  #httpOptions({ path, tls }: HiveAddress, trust: object): object {
    this.#agent = tls ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
    return { path, https: tls, nodeOptions: { agent: this.#agent, ...trust } };
  }

  /** Keeps a reference to the socket as soon as it exists, because the driver drops it when the login fails. */
  #watched(authentication: Authentication): Authentication {
    return {
      authenticate: async (transport) => {
        const ready = authentication.authenticate(transport);
        this.#transport = transport;
        const socket = this.#socket();
        socket?.setKeepAlive(true, 30_000);
        socket?.on('error', (error) => this.fail(fromHive(error)));
        socket?.on('close', () => this.fail(new HiveError('the server closed the connection')));
        return ready;
      },
    };
  }
}

type Types = ConstructorParameters<typeof HiveClient>[1];
interface Protocols {
  readonly TProtocolVersion: { readonly HIVE_CLI_SERVICE_PROTOCOL_V8: number };
}

/** The oldest version with columnar results and long polling. Server and client agree on the lower of theirs. */
const PROTOCOL = (thrift.TCLIService_types as Protocols).TProtocolVersion.HIVE_CLI_SERVICE_PROTOCOL_V8;
