import { createClient, createConnection } from 'thrift';
import { Client } from '#hbase-thrift/THBaseService';
import type { EngineError } from '../../core/engine-error.ts';
import type { Gateway } from './address.ts';
import { callError, hbaseError } from './call-error.ts';
import { LeanProtocol } from './lean-protocol.ts';
import { LeanTransport } from './lean-transport.ts';

/** The timeout of connecting, in ms. */
const CONNECT_MS = 2000;
const KEEP_ALIVE_MS = 30_000;

/** Returns a gateway's name for messages. */
export function gatewayName({ host, port }: Gateway): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * A connection to a gateway, on which one call is made at a time. When the connection ends, Thrift's own
 * connection leaves the current call pending; this one rejects it at once and can't be used any more. It
 * keeps the process alive only while a call is made.
 */
export class Connection {
  readonly #connection: ReturnType<typeof createConnection>;
  readonly #client: Client;
  readonly #name: string;
  readonly #onEnd: () => void;
  #reject: ((error: EngineError) => void) | undefined;
  #ended: EngineError | undefined;

  private constructor(gateway: Gateway, onOpen: () => void, onEnd: (error: EngineError) => void) {
    this.#name = gatewayName(gateway);
    this.#connection = createConnection(gateway.host, gateway.port, {
      transport: LeanTransport,
      protocol: LeanProtocol,
      connect_timeout: CONNECT_MS,
    });
    this.#client = createClient(Client, this.#connection);
    this.#onEnd = () => onEnd(this.#ended as EngineError);
    this.#connection.on('connect', () => {
      this.#connection.connection.setKeepAlive(true, KEEP_ALIVE_MS).unref();
      onOpen();
    });
    this.#connection.on('error', (error: Error) => this.end(error.message));
    this.#connection.on('timeout', () => this.end('no connection in time'));
    this.#connection.on('close', () => this.end('the gateway closed it'));
  }

  /**
   * Connects to a gateway.
   * @param onEnd called once, when an open connection ends
   * @throws EngineError when the gateway can't be reached
   */
  static open(gateway: Gateway, onEnd: () => void): Promise<Connection> {
    return new Promise((resolve, reject) => {
      let open = false;
      const connection: Connection = new Connection(
        gateway,
        () => {
          open = true;
          resolve(connection);
        },
        (error) => (open ? onEnd() : reject(error)),
      );
    });
  }

  /** Whether the connection has ended. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Makes a call. It settles when the gateway answers or the connection ends. @param what describes the call in messages */
  async call<Result>(what: string, send: (client: Client) => Promise<Result>): Promise<Result> {
    if (this.#ended) throw this.#ended;
    this.#connection.connection.ref();
    try {
      return await new Promise<Result>((resolve, reject) => {
        this.#reject = reject;
        send(this.#client).then(resolve, reject);
      });
    } catch (error) {
      throw callError(what, error);
    } finally {
      this.#reject = undefined;
      if (!this.#ended) this.#connection.connection.unref();
    }
  }

  /** Ends the connection at once, and rejects the current call. */
  end(why: string): void {
    if (this.#ended) return;
    this.#ended = hbaseError(`the connection to ${this.#name} ended: ${why}`);
    this.#connection.destroy();
    this.#reject?.(this.#ended);
    this.#onEnd();
  }
}
