import type { Server } from 'node:http';

/** Has a server listen on a free port of the loopback, and prints its address. */
export function listen(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address && typeof address !== 'string') process.stdout.write(`http://127.0.0.1:${address.port}\n`);
  });
}
