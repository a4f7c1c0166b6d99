import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** Below those that systems give to outgoing connections: an engine that restarts finds its own free again. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const ATTEMPTS = 1_000;
const ANSWERS_WITHIN_MS = 1_000;

/** As many ports of the loopback address as asked for, all different, on which nobody listens. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = new Map<number, Server>();
  for (let attempt = 0; servers.size < count && attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (servers.has(port)) continue;
    const server = createServer().listen(port, LOOPBACK);
    if (await listens(server)) servers.set(port, server);
  }
  await Promise.all([...servers.values()].map((server) => once(server.close(), 'close')));
  if (servers.size < count) throw new Error(`no ${count} free ports from ${LOWEST} to ${HIGHEST}`);
  return [...servers.keys()];
}

export async function freePort(): Promise<number> {
  const [port] = (await freePorts(1)) as [number];
  return port;
}

async function listens(server: Server): Promise<boolean> {
  return once(server, 'listening').then(
    () => true,
    () => false,
  );
}

/** Whether somebody takes connections at a port of the loopback address. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: LOOPBACK, timeout: ANSWERS_WITHIN_MS });
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('timeout', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}
