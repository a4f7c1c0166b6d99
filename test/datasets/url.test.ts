// Runs in a process of its own: it starts gateways as processes, and a server.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Addresses } from '../../src/datasets/remote/addresses.ts';
import { endingOf, intervalOf } from '../../src/datasets/remote/declared-url.ts';
import { RemoteFiles } from '../../src/datasets/remote/remote-files.ts';
import { Processes } from '../support/process.ts';
import { until } from '../support/until.ts';
import { CAKES, mistakesOf } from './folder.ts';

// A certificate of its own, which only the processes of this test believe.
const keys = mkdtempSync(join(tmpdir(), 'kraken-keys-'));
const [key, cert] = [join(keys, 'key.pem'), join(keys, 'cert.pem')];
execFileSync(
  'openssl',
  `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout ${key} -out ${cert} -subj /CN=localhost -addext subjectAltName=DNS:localhost`.split(
    ' ',
  ),
  { stdio: 'ignore' },
);

const processes = new Processes({ NODE_EXTRA_CA_CERTS: cert });
let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
const asked: IncomingMessage[] = [];
const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  asked.push(request);
  answer(request, response);
});
let base: string;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `https://localhost:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  await processes.end();
  server.closeAllConnections();
  server.close();
  rmSync(keys, { recursive: true, force: true });
});

const CSV = CAKES['cake.csv'];
const yamlOf = (path: string, ...more: string[]): string =>
  [CAKES['cake.yaml'].replace('file: cake.csv', `url: ${base}${path}`).trim(), ...more, ''].join('\n');

/** Serves a file with its ETag, and says if it didn't change. */
function serving(
  content: string | Buffer,
  etag: string,
  headers: Record<string, string> = {},
): typeof answer {
  return (request, response) => {
    const isKnown = request.headers['if-none-match'] === etag;
    response.writeHead(isKnown ? 304 : 200, { etag, ...headers });
    response.end(isKnown ? undefined : content);
  };
}

/** What `kraken datasets` says of a folder with this YAML. */
async function checked(yaml: string, ...flags: string[]): Promise<string> {
  const folder = processes.folder();
  await writeFile(join(folder, 'cake.yaml'), yaml);
  const { stdout, stderr } = await processes.run(
    'datasets',
    folder,
    '--data',
    join(folder, 'none'),
    ...flags,
  );
  return stderr + stdout;
}

const LOOPBACK = ['--fetch-networks', 'loopback'];

void test('a file of a URL is served; the last good one stays while it cannot be fetched, across restarts, and the page says so', async () => {
  const folder = processes.folder();
  const data = processes.folder();
  await writeFile(join(folder, 'cake.yaml'), yamlOf('/cake.csv?token=secret', 'every: 1 minute'));
  const path = '/metrics/datasets/cake/North/monthly/20240101/latest.csv';
  answer = serving(CSV, '"one"');
  const first = await processes.serve(data, '--datasets', folder, ...LOOPBACK);
  const rows = await (await fetch(first.api + path)).text();
  assert.match(rows, /North,monthly,2024-02-01,15/);
  const page = await (await fetch(`${first.api}/docs/cake`)).text();
  assert.match(
    page,
    /<dd>https:\/\/localhost:\d+\/cake\.csv<\/dd>/,
    'its source, without what may be secret',
  );
  assert.equal(asked.length, 1);
  await first.kraken.kill();

  // A minute later the server is down.
  const [kept = ''] = await readdir(join(data, 'fetched'));
  const state = join(data, 'fetched', kept, 'state.json');
  const earlier = JSON.parse(readFileSync(state, 'utf8')) as { triedAt: number };
  await writeFile(state, JSON.stringify({ ...earlier, triedAt: earlier.triedAt - 61_000 }));
  answer = (_, response) => response.writeHead(503).end();
  const second = await processes.serve(data, '--datasets', folder, ...LOOPBACK);
  assert.equal(await (await fetch(second.api + path)).text(), rows);
  await until('the failure is kept', () => /"why"/.test(readFileSync(state, 'utf8')));
  assert.equal(asked.at(-1)?.headers['if-none-match'], '"one"', 'the ETag is known after a restart');
  await second.kraken.kill();
  const third = await processes.serve(data, '--datasets', folder, ...LOOPBACK);
  assert.equal(await (await fetch(third.api + path)).text(), rows);
  assert.match(
    await (await fetch(`${third.api}/docs/cake`)).text(),
    /The file of this data set can(?:’|'|&#39;)t be fetched since \d{4}-\d\d-\d\d \d\d:\d\d UTC: the server answers 503 Service Unavailable\. Its numbers are those of/,
  );
  await third.kraken.kill();
});

void test('private addresses are refused, as hosts, as addresses, and behind redirects', async () => {
  answer = serving(CSV, '"one"');
  const before = asked.length;
  const refused =
    /can't be fetched: (localhost|127\.0\.0\.1|\[::1\]) is not a public address; KRAKEN_FETCH_NETWORKS allows others/;
  assert.match(await checked(yamlOf('/cake.csv')), refused);
  for (const host of ['127.0.0.1', '[::1]', '2130706433', '0x7f.1'])
    assert.match(await checked(yamlOf('/cake.csv').replace('localhost', host)), refused, host);
  assert.equal(asked.length, before, 'nothing was asked');
  answer = (_, response) => response.writeHead(302, { location: 'https://10.0.0.1/cake.csv' }).end();
  assert.match(await checked(yamlOf('/cake.csv'), ...LOOPBACK), /10\.0\.0\.1 is not a public address/);
  const addresses = new Addresses(['192.168.1.0/24']);
  for (const address of [
    '10.1.2.3',
    '169.254.169.254',
    '::ffff:10.1.2.3',
    '::ffff:a01:203',
    'fd00::1',
    'fe80::1',
    '100.64.0.1',
    '0.0.0.0',
    '64:ff9b::a00:1',
  ])
    assert.equal(addresses.isAllowed(address), false, address);
  for (const address of ['192.168.1.7', '93.184.216.34', '2606:2800:220:1::1'])
    assert.equal(addresses.isAllowed(address), true, address);
});

void test('redirects, size and packing are bounded, and what is wrong is told', async () => {
  answer = (request, response) => response.writeHead(301, { location: `${request.url}x` }).end();
  assert.match(await checked(yamlOf('/cake.csv'), ...LOOPBACK), /it leads on more than 5 times/);
  answer = (_, response) => response.writeHead(301, { location: 'http://example.org/' }).end();
  assert.match(
    await checked(yamlOf('/cake.csv'), ...LOOPBACK),
    /it leads to http:\/\/example\.org, which is not https/,
  );
  const large = Buffer.alloc(3 * 2 ** 20, 'x');
  answer = serving(large, '"large"');
  assert.match(
    await checked(yamlOf('/cake.csv'), ...LOOPBACK, '--fetch-max-mb', '2'),
    /it is larger than 2 MiB/,
  );
  answer = serving(gzipSync(large), '"packed"', { 'content-encoding': 'gzip' });
  assert.match(
    await checked(yamlOf('/cake.csv'), ...LOOPBACK, '--fetch-max-mb', '2'),
    /it is larger than 2 MiB/,
  );
  answer = serving(gzipSync(CSV), '"packed"', { 'content-encoding': 'gzip' });
  assert.match(await checked(yamlOf('/cake.csv'), ...LOOPBACK), /1 thing published, 0 mistakes/);
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('month');
    setTimeout(() => response.destroy(), 50);
  };
  assert.match(await checked(yamlOf('/cake.csv'), ...LOOPBACK), /the connection broke off|aborted/);
  answer = (_, response) => response.writeHead(404).end();
  assert.match(
    await checked(yamlOf('/cake.csv'), ...LOOPBACK),
    /can't be fetched: the server answers 404 Not Found\./,
  );
});

void test('what the file is follows from its path, or is said', async () => {
  answer = serving(CSV.replace('12', 'few'), '"one"');
  assert.match(
    await checked(yamlOf('/export?id=7'), ...LOOPBACK),
    /its path doesn't say what the file is: add type: csv, or one of/,
  );
  assert.match(
    await checked(yamlOf('/export?id=7', 'type: csv'), ...LOOPBACK),
    /https:\/\/localhost:\d+\/export:2: the column cakes "few"/,
  );
  assert.deepEqual(endingOf({ url: 'https://a.example/b.CSV.gz?c' }), '.csv.gz');
  assert.deepEqual(
    await mistakesOf({ 'cake.yaml': yamlOf('/cake.csv', 'every: often').replace('https:', 'http:') }),
    [
      `cake.yaml:4:6: url is "${base.replace('https', 'http')}/cake.csv", but should be an address that begins with https://.`,
      'cake.yaml:10:8: every is "often", but should be an interval such as 6 hours or 2 days.',
    ],
  );
  assert.equal(intervalOf('6 hours'), 6 * 3_600_000);
  assert.equal(intervalOf(undefined), 86_400_000);
});

void test('the YAML of an address is written like that of a file, within the same bounds', async () => {
  const folder = processes.folder();
  const written = async (url: string, ...flags: string[]): Promise<string> => {
    const { stdout, stderr } = await processes.run(
      'datasets',
      folder,
      '--new',
      url,
      '--licence',
      'CC0-1.0',
      '--data',
      join(folder, 'none'),
      ...flags,
    );
    return stderr + stdout;
  };
  answer = serving(CSV.replaceAll(',', ';'), '"one"');
  const url = `${base}/numbers/cake.csv?id=7`;
  assert.match(
    await written(url),
    /https:\/\/localhost:\d+\/numbers\/cake\.csv can't be fetched: .* is not a public address/,
  );
  assert.match(await written(url, ...LOOPBACK), /cake\.yaml is written[^]*1 thing published, 0 mistakes/);
  const yaml = (await readFile(join(folder, 'cake.yaml'), 'utf8')).split('\n');
  assert.deepEqual(yaml.slice(1, 6), [
    'dataset: cake',
    'title: cake # what is counted, in a few words',
    'licence: CC0-1.0',
    `url: "${url}"`,
    "separator: ';' # what stands between the fields",
  ]);
  assert.match(await written(url, ...LOOPBACK), /cake\.yaml is already there/);
  assert.match(
    await written(`${base}/export?id=7`, '--name', 'other', ...LOOPBACK),
    /export should end in \.csv/,
  );
  assert.match(await written(url.replace('https', 'http')), /should be an address that begins with https:/);
});

void test('a slow server is waited for only so long, and by nobody once there is a file', async (t) => {
  const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1');
  t.after(() => silent.close());
  await once(silent, 'listening');
  const folder = processes.folder();
  const addresses = new Addresses(['loopback']);
  const files = new RemoteFiles({ folder, addresses, maxBytes: 100, clock: Date, patienceMs: 100 });
  const stop = new AbortController();
  t.after(() => stop.abort());
  const url = `https://localhost:${(silent.address() as AddressInfo).port}/cake.csv`;
  const ask = () => files.file(url, '.csv', 1000, stop.signal);
  await assert.rejects(ask(), { name: 'NotFetchedYetError' });
  const [own = ''] = await readdir(folder);
  await writeFile(join(folder, own, 'state.json'), JSON.stringify({ url, triedAt: 0, fetchedAt: 5 }));
  const started = performance.now();
  assert.deepEqual(await ask(), { path: join(folder, own, 'file.csv'), fetchedAt: 5, failure: undefined });
  assert.ok(performance.now() - started < 90);
});
