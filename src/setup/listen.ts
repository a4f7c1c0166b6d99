import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';

/** Starts to listen. @throws Error that says in a sentence why it can't listen on the port */
export async function listen(
  server: FastifyInstance,
  host: string,
  port: number,
  flag: string,
): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? `port ${port} of ${host} is in use` : message;
    const isHost = code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL';
    const way = `choose another ${isHost ? 'host with --host' : `port with ${flag}`}`;
    throw new Error(`can't listen: ${reason}; ${way}.`, { cause: error });
  }
}

/** Returns the URL on which a server listens; undefined if it doesn't listen. */
export function addressOf(server: {
  server: { address(): AddressInfo | string | null };
}): string | undefined {
  const address = server.server.address();
  if (address === null || typeof address === 'string') return undefined;
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
