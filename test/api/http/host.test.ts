import assert from 'node:assert/strict';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';

/* The name by which clients call the server: links in its answers begin with it. */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway({ flags: { trustedProxies: '127.0.0.1' } });
  await gateway.loadSample();
  await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
});
after(() => gateway.close());

/** Sends a request as it is written here. */
function sent(head: string, body = ''): Promise<string> {
  const socket = connect((gateway.app.api.server.address() as AddressInfo).port, '127.0.0.1');
  const length = body === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  socket.write(
    `${head}${length}Accept: application/json, text/event-stream\r\nConnection: close\r\n\r\n${body}`,
  );
  return text(socket);
}

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const ADDRESSES = [
  ['GET', '/oembed?url=http://a/docs/unique-devices'],
  ['GET', '/catalogue.jsonld'],
  ['GET', '/sitemap.xml'],
  ['GET', '/docs/unique-devices'],
  ['POST', '/mcp', PING],
  ['POST', '/query', '{}'],
] as const;

describe('a Host header that names no host is refused', () => {
  for (const host of [
    'a b',
    '',
    '[',
    'a/b',
    'a"><script>',
    'user:pw@a',
    'a:99999999',
    'a:b',
    '%00',
    'a?b#c',
    'é',
  ])
    void test(JSON.stringify(host), async () => {
      for (const [method, path, body] of ADDRESSES)
        assert.match(
          await sent(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n`, body),
          /^HTTP\/1\.1 400 [\s\S]*The Host header is not a valid host/,
          path,
        );
    });
});

void test('names, addresses and ports are hosts', async () => {
  for (const host of ['a', 'a.example:8080', '127.0.0.1', '[::1]:80', 'kraken_api', 'a:'])
    assert.match(await sent(`GET /robots.txt HTTP/1.1\r\nHost: ${host}\r\n`), /^HTTP\/1\.1 200 /, host);
});

void test('clients of HTTP/1.0 need not name one', async () => {
  for (const [method, path, body] of ADDRESSES)
    assert.match(await sent(`${method} ${path} HTTP/1.0\r\n`, body), /^HTTP\/1\.1 (200|400|404) /, path);
  assert.match(await sent('GET /robots.txt HTTP/1.0\r\n'), /Sitemap: http:\/\/localhost\/sitemap\.xml/);
});

void test('what a trusted proxy hands on is checked, too', async () => {
  const by = (headers: string): Promise<string> =>
    sent(`GET /robots.txt HTTP/1.1\r\nHost: a\r\n${headers}\r\n`);
  assert.match(await by('X-Forwarded-Host: b"><'), /^HTTP\/1\.1 400 /);
  assert.match(
    await by('X-Forwarded-Host: b.example\r\nX-Forwarded-Proto: https'),
    /https:\/\/b\.example\/sitemap/,
  );
  assert.match(await by('X-Forwarded-Proto: javascript'), /Sitemap: http:\/\/a\/sitemap/);
});
