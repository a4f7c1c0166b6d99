import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const ANSWER_BYTES = 256 * 1024;

/**
 * A connection to an HTTP server that asks one question at a time and reads as little as it can of
 * the answers, so that what is measured is the server.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #missing = 0;
  #settle: { resolve: (bytes: number) => void; reject: (error: Error) => void } | undefined;
  #length = 0;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on('error', (error) => this.#settle?.reject(error));
  }

  static async open(url: string): Promise<HttpConnection> {
    const { hostname, port, host } = new URL(url);
    // One buffer for all that comes, with room for an answer: no new one for each packet.
    const onread = {
      buffer: Buffer.allocUnsafeSlow(ANSWER_BYTES),
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

  /** Asks for a path. @returns the bytes of the body; rejects for any answer but a 200 with a Content-Length */
  get(path: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#missing = -1;
      this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let body = chunk.length;
    if (this.#missing < 0) {
      // The head of an answer fits into its first packet.
      const end = chunk.indexOf('\r\n\r\n');
      const head = chunk.toString('latin1', 0, end);
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      if (!head.startsWith('HTTP/1.1 200') || length === undefined) {
        this.#settle?.reject(new Error(head));
        return;
      }
      this.#length = Number(length);
      this.#missing = this.#length;
      body -= end + 4;
    }
    this.#missing -= body;
    if (this.#missing === 0) this.#settle?.resolve(this.#length);
  }
}
