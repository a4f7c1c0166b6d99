import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody else's web server: another origin than the gateway's. */
export interface OtherOrigin {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves one page, whatever is asked for. */
export async function otherOrigin(
  page: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<OtherOrigin> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
