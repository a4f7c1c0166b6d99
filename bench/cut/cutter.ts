import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How connections end: as if the server closed them, or as if it were gone. */
const WAYS = ['end', 'reset'] as const;
type Way = (typeof WAYS)[number];

/** How long a connection that is due waits for bytes that it can be cut in, in ms. */
const PATIENCE_MS = 2000;
/** How long what was sent before a reset may take to arrive, in ms. */
const ARRIVAL_MS = 50;

export interface CutterOptions {
  readonly host: string;
  readonly port: number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** The mean time that a connection lives, in ms. */
  readonly lifeMs: number;
}

/** A proxy that cuts each connection after a random time, in the middle of what the server sends if it sends something. */
export class Cutter {
  readonly #server: Server;
  readonly #options: CutterOptions;
  readonly #near = new Set<Socket>();
  /** Whether it cuts. */
  cuts = true;
  /** How many connections were cut, and how many of them within an event. */
  readonly counts = { connections: 0, cut: 0, within: 0 };
  /** The statuses of answers that were no success, and how often they came. */
  readonly refusals: Record<string, number> = {};

  private constructor(options: CutterOptions) {
    this.#options = options;
    this.#server = createServer((near) => this.#connected(near));
  }

  static async start(options: CutterOptions): Promise<Cutter> {
    const cutter = new Cutter(options);
    await new Promise<void>((resolve) => cutter.#server.listen(0, '127.0.0.1', resolve));
    return cutter;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const near of this.#near) near.destroy();
    await closed;
  }

  #connected(near: Socket): void {
    const { host, port, random, lifeMs } = this.#options;
    this.counts.connections++;
    this.#near.add(near);
    const far = connect({ host, port });
    let isDue = false;
    let isOver = false;
    let patience: NodeJS.Timeout | undefined;
    const over = (): void => {
      isOver = true;
      clearTimeout(due);
      clearTimeout(patience);
      far.destroy();
    };
    const cut = (way: Way, last?: Buffer): void => {
      this.counts.cut++;
      over();
      const finish = (): unknown => (way === 'reset' ? near.resetAndDestroy() : near.end());
      if (last) near.write(last, () => setTimeout(finish, ARRIVAL_MS));
      else finish();
    };
    const way = WAYS[Math.floor(random() * WAYS.length)] as Way;
    const due = setTimeout(
      () => {
        isDue = this.cuts;
        if (isDue) patience = setTimeout(() => cut(way), PATIENCE_MS);
      },
      -Math.log(1 - random()) * lifeMs,
    );
    near.on('error', () => undefined);
    far.on('error', () => undefined);
    near.on('close', () => {
      over();
      this.#near.delete(near);
    });
    far.on('close', () => {
      if (!isOver) near.end();
    });
    near.pipe(far, { end: false });
    near.on('end', () => far.end());
    far.on('data', (bytes: Buffer) => {
      if (isOver) return;
      const refusal = /^HTTP\/1\.1 (?!200)\d+ .*/.exec(bytes.toString('latin1', 0, 100))?.[0];
      if (refusal !== undefined) this.refusals[refusal] = (this.refusals[refusal] ?? 0) + 1;
      if (isDue && bytes.length > 1) {
        this.counts.within++;
        cut(way, bytes.subarray(0, this.#place(bytes)));
      } else if (!near.write(bytes)) {
        far.pause();
        near.once('drain', () => far.resume());
      }
    });
  }

  /** Where bytes are cut: anywhere, or where it is worst, between the id of an event and its end. */
  #place(bytes: Buffer): number {
    const { random } = this.#options;
    const end = random() < 0.3 ? bytes.lastIndexOf('\n\n') : -1;
    return end >= 0 ? end + 1 : 1 + Math.floor(random() * (bytes.length - 1));
  }
}
