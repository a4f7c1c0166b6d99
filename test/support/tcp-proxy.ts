import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands before a server on loopback and is as bad a network as a test needs. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #stalled = false;
  /** How many connections were made so far. */
  connections = 0;
  /** Is told what callers send, piece by piece. */
  onSent: (bytes: Buffer) => void = () => undefined;

  private constructor({ host, port }: { readonly host: string; readonly port: number }) {
    this.#server = createServer((near) => {
      this.connections++;
      const far = connect({ host, port });
      this.#keep(near, far);
      this.#keep(far, near);
      near.on('data', (bytes: Buffer) => this.onSent(bytes));
      near.pipe(far);
      far.pipe(near);
      if (this.#stalled) this.#pause(true);
    });
  }

  static async start(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await proxy.#listen(0);
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many connections there are now. */
  get open(): number {
    return this.#sockets.size / 2;
  }

  /** Nothing passes any more, though connections stay and new ones are accepted: a stopped process. */
  stall(): void {
    this.#stalled = true;
    this.#pause(true);
  }

  resume(): void {
    this.#stalled = false;
    this.#pause(false);
  }

  /** Ends every connection: a killed process. New ones are accepted. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends every connection and refuses new ones, until `up`: a server that is down. */
  async down(): Promise<number> {
    const { port } = this;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.drop();
    await closed;
    return port;
  }

  /** Listens again, where it did. @param port what `down` gave */
  async up(port: number): Promise<void> {
    await this.#listen(port);
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.down();
  }

  #keep(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other.destroy();
    });
  }

  #pause(paused: boolean): void {
    for (const socket of this.#sockets) {
      if (paused) socket.pause();
      else socket.resume();
    }
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => resolve());
    });
  }
}
