import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { promisify } from 'node:util';

const IDLE_SWEEP_MS = 20;

/** Closes a server after its running requests. It doesn't wait for idle keep-alive connections. */
export async function closeServer(server: FastifyInstance): Promise<void> {
  const sweeping = setInterval(() => server.server.closeIdleConnections(), IDLE_SWEEP_MS);
  try {
    const closed = once(server.server, 'close');
    await server.close();
    // Fastify doesn't wait for the requests of a server that had stopped to listen before.
    const running = await promisify(server.server.getConnections.bind(server.server))();
    if (running > 0) await closed;
  } finally {
    clearInterval(sweeping);
  }
}
