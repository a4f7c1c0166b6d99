import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { open } from 'lmdb';
import { exampleUrl } from '../../src/api/catalogue/catalogue.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { Processes, type Serving } from '../support/process.ts';

const processes = new Processes();
after(() => processes.end());

const EXAMPLES = METRICS.flatMap((metric) => metric.examples.map((example) => exampleUrl(metric, example)));
const DEVICES = '/metrics/unique-devices/en.wikipedia/all-sites/monthly/20200201/20200201';

interface Answered {
  readonly status: number;
  readonly etag: string | null;
  readonly text: string;
}

async function get(url: string): Promise<Answered> {
  const response = await fetch(url);
  return { status: response.status, etag: response.headers.get('etag'), text: await response.text() };
}

describe('serve --sample', () => {
  const folder = processes.folder();
  const data = join(folder, 'data');
  let first: Serving;
  before(async () => {
    first = await processes.serve(data, '--sample');
  });

  test('loads the sample into a fresh folder and answers with its numbers', async () => {
    assert.match(first.kraken.stderr, /The sample is loaded: 8 metrics in \d+\.\d s\./);
    const file = new URL('../../../sample/unique-devices.daily-and-monthly.ndjson', import.meta.url);
    const rows = readFileSync(file, 'utf8').trim().split('\n');
    const row = rows.find((line) => line.includes('"monthly"'));
    const { status, text } = await get(first.api + DEVICES);
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text), { items: [JSON.parse(row as string)] });
  });

  test('a copy of the data folder, made while nothing is imported, serves the same bytes and ETags', async () => {
    const copy = join(folder, 'copy');
    cpSync(data, copy, { recursive: true });
    const other = await processes.serve(copy);
    let rows = 0;
    for (const path of EXAMPLES) {
      const [original, copied] = await Promise.all([get(first.api + path), get(other.api + path)]);
      assert.deepEqual(copied, original, path);
      if (original.status === 200) rows++;
    }
    assert.ok(rows >= 7, `${rows} examples have rows`);
    assert.equal((await other.kraken.kill('SIGTERM')).code, 0);
  });

  test('started again it loads nothing, and is ready at once', async () => {
    const before = await get(first.api + DEVICES);
    assert.equal((await first.kraken.kill('SIGTERM')).code, 0);
    const second = await processes.serve(data, '--sample');
    assert.equal(second.kraken.stderr, '');
    assert.ok(second.ms < Math.max(first.ms, 3000), `${second.ms} ms, at first ${first.ms} ms`);
    assert.equal((await get(`${second.admin}/readyz`)).status, 200);
    assert.deepEqual(await get(second.api + DEVICES), before);
    assert.equal((await second.kraken.kill('SIGTERM')).code, 0);
  });
});

test('without --sample nothing is loaded: 404 says so, and the catalogue lists every metric without coverage', async () => {
  const { api, kraken } = await processes.serve(join(processes.folder(), 'data'));
  for (const path of EXAMPLES) {
    const { status, text } = await get(api + path);
    assert.equal(status, 404, path);
    assert.equal((JSON.parse(text) as { reason: string }).reason, 'not-loaded', path);
  }
  const { metrics } = JSON.parse((await get(`${api}/catalogue`)).text) as {
    metrics: { name: string; coverage: object }[];
  };
  assert.deepEqual(
    metrics.map(({ name, coverage }) => ({ name, coverage })),
    METRICS.map(({ name }) => ({ name, coverage: {} })),
  );
  await kraken.kill('SIGTERM');
});

test('the log is text where people read it, and ends with the address in a sentence', async () => {
  const ports = ['--port', '0', '--admin-port', '0'];
  const data = join(processes.folder(), 'data');
  const kraken = processes.start('serve', '--data', data, '--log-format', 'text', ...ports);
  while (!kraken.stdout.includes('Ctrl-C')) await once(kraken.child.stdout as NodeJS.ReadableStream, 'data');
  const lines = kraken.stdout.trimEnd().split('\n');
  assert.match(lines.at(-2) ?? '', /^\[20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\] INFO: serving \{"api":"http:/);
  assert.match(lines.at(-1) ?? '', /^Kraken serves on http:\/\/127\.0\.0\.1:\d+ \(stop it with Ctrl-C\)\.$/);
  const { code } = await kraken.kill('SIGINT');
  assert.equal(code, 0);
});

describe('a start that fails says why in one sentence, with exit code 1', { concurrency: 3 }, () => {
  async function failure(data: string, ...flags: string[]): Promise<string> {
    const ports = ['--port', '0', '--admin-port', '0'];
    const { code, stdout, stderr } = await processes.run('serve', '--data', data, ...ports, ...flags);
    assert.equal(code, 1, stderr);
    assert.doesNotMatch(stdout, /"msg":"serving"/);
    assert.match(stderr, /^kraken: [^\n]+\n$/);
    assert.doesNotMatch(stderr, /\bat .*:\d+:\d+/);
    return stderr;
  }

  test('a port in use, of the API or of the operators', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const port = String((server.address() as AddressInfo).port);
      for (const flag of ['--port', '--admin-port']) {
        const stderr = await failure(join(processes.folder(), 'data'), flag, port);
        assert.match(stderr, new RegExp(`port ${port} .*in use`));
      }
    } finally {
      server.close();
    }
  });

  test('a lake of a newer format', async () => {
    const data = join(processes.folder(), 'data');
    mkdirSync(join(data, 'lake', 'unique_devices'), { recursive: true });
    writeFileSync(join(data, 'lake', 'unique_devices', '_manifest.json'), '{"format":9}');
    assert.match(await failure(data), /_manifest\.json has format 9, .*newer/);
  });

  test('a series store of a newer format', async () => {
    const data = join(processes.folder(), 'data');
    mkdirSync(data);
    const options = { noSubdir: true, keyEncoding: 'binary', encoding: 'binary' } as const;
    const file = open(join(data, 'series'), { ...options, overlappingSync: false });
    file.putSync(Buffer.from('\0format'), Buffer.from('9'));
    await file.close();
    assert.match(await failure(data), /series has format 9/);
  });
});
