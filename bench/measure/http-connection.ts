import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const BUFFER_BYTES = 256 * 1024;

/** What is read of an answer. */
export interface Answered {
  readonly status: number;
  /** The length of the body, in bytes. */
  readonly bytes: number;
}

/**
 * A connection to an HTTP server that asks one question at a time and reads as little as it can of
 * the answers, so that what is measured is the server.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #settle: { resolve: (answered: Answered) => void; reject: (error: Error) => void } | undefined;
  #status = 0;
  #bytes = 0;
  /** How much of the body is missing: -1 before its head is there, and of a body in chunks whose end isn't there. */
  #missing = -1;
  #isChunked = false;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#settle?.reject(new Error('the server closed the connection')));
  }

  static async open(url: string): Promise<HttpConnection> {
    const { hostname, port, host } = new URL(url);
    // One buffer for all that comes: no new one for each packet.
    const onread = {
      buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
      callback: (bytes: number, buffer: Uint8Array): boolean => {
        connection.#take((buffer as Buffer).subarray(0, bytes));
        return true;
      },
    };
    const socket = connect({ port: Number(port), host: hostname, onread });
    const connection = new HttpConnection(socket, host);
    await once(socket, 'connect');
    return connection;
  }

  /** Sends a whole request, and waits for the whole answer. */
  ask(request: string | Uint8Array): Promise<Answered> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#status = 0;
      this.#socket.write(request);
    });
  }

  /** Asks for a path. @returns the bytes of the body; rejects for any answer but a 200 */
  async get(path: string): Promise<number> {
    const { status, bytes } = await this.ask(`GET ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`);
    if (status !== 200) throw new Error(`HTTP/1.1 ${status} for ${path}`);
    return bytes;
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let body = chunk.length;
    if (this.#status === 0) {
      // The head of an answer fits into its first packet.
      const end = chunk.indexOf('\r\n\r\n');
      const head = chunk.toString('latin1', 0, end + 2);
      this.#status = Number(head.slice(9, 12));
      this.#isChunked = /\r\ntransfer-encoding: chunked/i.test(head);
      this.#missing = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      this.#bytes = 0;
      body -= end + 4;
    }
    this.#bytes += body;
    this.#missing -= body;
    // A server writes the last chunk, which is empty, at once.
    const isWhole = this.#isChunked
      ? chunk.toString('latin1', chunk.length - 5) === '0\r\n\r\n'
      : this.#missing <= 0;
    if (isWhole || this.#status === 304) this.#settle?.resolve({ status: this.#status, bytes: this.#bytes });
  }
}
