import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { quantile } from './measure/numbers.ts';
import type { Told, Wanted } from './fan-out-server.ts';

/*
 * What it costs to tell many listeners of one change a second, and what listeners cost that hear nothing. A gateway and
 * a bare node:http server that writes the same bytes to as many sockets take turns in one run.
 * Arguments: listeners, changes, idle listeners.
 */
const [listeners = 2000, changes = 30, idle = 5000] = process.argv.slice(2).map(Number);

class Server {
  readonly name: string;
  readonly #child: ChildProcess;
  #port = 0;
  #sockets: Socket[] = [];
  /** How many sockets still wait for the change, and who is told when none does. */
  #waiting = 0;
  #done: (at: bigint) => void = () => undefined;

  constructor(name: 'gateway' | 'bare') {
    this.name = name;
    const file = fileURLToPath(new URL('./fan-out-server.js', import.meta.url));
    this.#child = fork(file, [name], { execArgv: ['--expose-gc'] });
  }

  async start(): Promise<void> {
    this.#port = (await this.#ask({ do: 'start' })).number;
  }

  /** Connects listeners, and waits until each has its first rows. */
  async listen(count: number): Promise<void> {
    for (let i = 0; i < count; i += 100)
      await Promise.all(Array.from({ length: Math.min(100, count - i) }, () => this.#connect()));
    await sleep(1000);
  }

  leave(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets = [];
  }

  /** Makes one change. @returns the ms from its commit until the last listener has it */
  async change(): Promise<number> {
    this.#waiting = this.#sockets.length;
    const last = new Promise<bigint>((resolve) => (this.#done = resolve));
    for (const socket of this.#sockets) socket.once('data', this.#got);
    const { at } = await this.#ask({ do: 'change' });
    return Number((await last) - BigInt(at)) / 1e6;
  }

  async usage(): Promise<Told> {
    return this.#ask({ do: 'usage' });
  }

  async stop(): Promise<void> {
    this.leave();
    await this.#ask({ do: 'stop' });
    this.#child.kill();
    await once(this.#child, 'exit');
  }

  readonly #got = (): void => {
    if (--this.#waiting === 0) this.#done(process.hrtime.bigint());
  };

  async #connect(): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: this.#port });
    socket.write(`GET ${PATH} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n`);
    await once(socket, 'data');
    socket.resume();
    this.#sockets.push(socket);
  }

  async #ask(wanted: Wanted): Promise<Told> {
    this.#child.send(wanted);
    const [told] = (await once(this.#child, 'message')) as [Told];
    return told;
  }
}

const PATH =
  '/metrics/pageviews/per-article/en.wikipedia/all-access/user/Cat/daily/20240101/20240131?heartbeat=60';

const servers = [new Server('gateway'), new Server('bare')];
for (const server of servers) await server.start();
const perServer = servers.map((server) => ({ server, times: [] as number[], cpu: 0 }));
for (const { server } of perServer) await server.listen(listeners);
for (const { server } of perServer) for (let i = 0; i < 3; i++) await server.change();
for (const one of perServer) one.cpu = (await one.server.usage()).cpuMs;
for (let i = 0; i < changes; i++)
  for (const { server, times } of perServer) {
    const started = performance.now();
    times.push(await server.change());
    await sleep(Math.max(0, 500 - (performance.now() - started)));
  }
console.log(`${listeners} listeners, ${changes} changes, one a second`);
for (const { server, times, cpu } of perServer) {
  const ms = (await server.usage()).cpuMs - cpu;
  times.sort((a, b) => a - b);
  console.log(
    `${server.name.padEnd(8)} commit to last listener p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms; CPU ${(ms / changes).toFixed(1)} ms a change`,
  );
  server.leave();
}
await sleep(3000);
for (const { server } of perServer) {
  const before = await server.usage();
  await server.listen(idle);
  const with5000 = await server.usage();
  await sleep(20_000);
  const after = await server.usage();
  const each = (of: 'heap' | 'rss'): string => ((with5000[of] - before[of]) / idle / 1024).toFixed(2);
  console.log(
    `${server.name.padEnd(8)} ${idle} idle listeners: ${each('heap')} KiB of heap and buffers each, ${each('rss')} KiB of RSS; ${(after.cpuMs - with5000.cpuMs).toFixed(0)} ms of CPU in 20 s`,
  );
  server.leave();
  await sleep(1000);
}
for (const { server } of perServer) await server.stop();
