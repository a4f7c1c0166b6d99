import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { day, METRIC } from '../test/api/listen/rows.ts';
import { startGateway, type Gateway } from '../test/support/gateway.ts';

/** What the bench asks a server for. */
export interface Wanted {
  readonly do: 'start' | 'change' | 'usage' | 'stop';
}

/** What a server answers. */
export interface Told {
  /** The port. */
  readonly number: number;
  /** When a change was there to be told, by the clock of all processes, in ns. */
  readonly at: string;
  /** The CPU so far, without that of making changes. */
  readonly cpuMs: number;
  readonly heap: number;
  readonly rss: number;
}

/** A server of the bench of fan-out: `gateway` or `bare`. It makes its changes itself. */
interface Served {
  start(): Promise<number>;
  /** Makes a change. What follows it is telling. */
  make(): Promise<void>;
  tell(): Promise<void>;
  stop(): Promise<void>;
}

function gatewayServer(): Served {
  let gateway: Gateway;
  let changes = 0;
  return {
    start: async () => {
      // It looks for newer data only when it is told, so that the time from the commit is that of telling.
      gateway = await startGateway({
        flags: { refreshMs: '60000', listenersPerClient: '100000', listenerLifetimeS: '86400' },
      });
      await gateway.load(
        METRIC,
        Array.from({ length: 30 }, (_, i) => day('Cat', i + 1, i)),
      );
      await gateway.app.api.listen({ host: '127.0.0.1', port: 0 });
      return (gateway.app.api.server.address() as AddressInfo).port;
    },
    make: () => gateway.publishOnly(METRIC, [day('Cat', 30, 1_000_000 + changes++)]),
    tell: () => gateway.app.road.watch.refresh(),
    stop: () => gateway.close(),
  };
}

function bareServer(): Served {
  const responses = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write('event: heartbeat\ndata: {"time":"2026-11-29T00:00:00.000Z"}\nretry: 3000\n\n');
    responses.add(response);
    response.once('close', () => responses.delete(response));
  });
  let changes = 0;
  return {
    start: async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    },
    make: () => Promise.resolve(),
    tell: () => {
      const was = day('Cat', 30, 1_000_000 + changes++);
      const data = JSON.stringify({ ...day('Cat', 30, 1_000_000 + changes), was });
      const frame = Buffer.from(`event: correction\ndata: ${data}\nid: abcd~${changes}\n\n`);
      for (const response of responses) response.write(frame);
      return Promise.resolve();
    },
    stop: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

const served = process.argv[2] === 'bare' ? bareServer() : gatewayServer();
let making = 0;
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

process.on('message', (wanted: Wanted) => {
  void answer(wanted).then((told) => process.send?.(told));
});

async function answer(wanted: Wanted): Promise<Told> {
  let number = 0;
  let at = '0';
  if (wanted.do === 'start') number = await served.start();
  if (wanted.do === 'change') {
    const before = cpuMs();
    await served.make();
    making += cpuMs() - before;
    at = String(process.hrtime.bigint());
    await served.tell();
  }
  if (wanted.do === 'stop') await served.stop();
  if (wanted.do === 'usage') globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { number, at, cpuMs: cpuMs() - making, heap: heapUsed + external, rss };
}
