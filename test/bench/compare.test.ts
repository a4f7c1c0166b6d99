import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { checkSame } from '../../bench/compare/bodies.ts';
import { CONTENDERS } from '../../bench/compare/contenders.ts';
import { bytesOf, newVariables } from '../../bench/compare/questions.ts';
import { RATIOS, regressions } from '../../bench/compare/ratios.ts';
import { contendersOf, pageOf, ratiosOf } from '../../bench/compare/results.ts';
import type { Took } from '../../bench/compare/rounds.ts';
import { load } from '../../bench/measure/http-load.ts';
import { median, quantile } from '../../bench/measure/numbers.ts';
import { table } from '../../bench/measure/table.ts';

test('the median of an even number of values is the upper one of the middle, and a quantile never lies behind the end', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 3);
  assert.equal(quantile([1, 2, 3], 1), 3);
  assert.ok(Number.isNaN(median([])));
});

test('a table is aligned Markdown', () => {
  assert.equal(
    table(
      ['name', 'µs'],
      [
        ['a', '1.0'],
        ['longer', '12.5'],
      ],
    ),
    ['| name   |   µs |', '| ------ | ---: |', '| a      |  1.0 |', '| longer | 12.5 |'].join('\n'),
  );
});

test('a ratio that falls by more than a tenth is a regression; a smaller fall, a rise and a new ratio are none', () => {
  const recorded = { fallen: 1, kept: 1, better: 1 };
  assert.deepEqual(regressions(recorded, { fallen: 0.89, kept: 0.91, better: 2, isNew: 0.1 }), [
    'fallen: 0.89, and 1.00 is recorded',
  ]);
});

test('answers are compared by what they say; a difference is shown with what is around it', () => {
  checkSame('a peer', [{ a: 1, b: 2 }], { items: [{ b: 2, a: 1 }] });
  checkSame('a peer', { data: null }, { data: null, extensions: { cost: 1 } });
  assert.throws(() => checkSame('a peer', { items: [{ views: 1 }] }, { items: [{ views: 2 }] }), {
    message: /^a peer answers something else, from character 19 on: .*"views":1.* instead of .*"views":2/,
  });
});

test('each ratio compares contenders that there are, in the same rounds', () => {
  const names = new Set(CONTENDERS.map(({ name }) => name));
  for (const { of, by } of RATIOS) assert.ok(names.has(of) && names.has(by), `${of}, ${by}`);
  const took = (cpuUs: number): Took => ({ cpuUs, rate: 1, p50: 1, p99: 2 });
  const [{ name, of, by }] = RATIOS as [(typeof RATIOS)[number]];
  const rounds = new Map([
    [of, [took(10), took(40), took(20)]],
    [by, [took(20), took(50), took(20)]],
  ]);
  const ratios = ratiosOf(rounds);
  assert.deepEqual(ratios, { [name]: { median: 0.8, least: 0.5, most: 1 } });
  const page = pageOf({
    date: '2026-11-30',
    machine: '2 cores',
    command: 'npm run bench',
    rows: 1,
    rounds: 3,
    contenders: contendersOf(rounds),
    ratios,
    skipped: { 'a peer': 'it is not installed' },
  });
  assert.match(page, /\| +0\.80 \| +0\.50 to 1\.00 \|/);
  assert.match(page, /- a peer: it is not installed/);
});

test('variables of GraphQL are never asked for twice within a run', () => {
  const requests = newVariables('/graphql', 50);
  const bodies = Array.from({ length: 5000 }, (_, n) => requests(n).body);
  assert.equal(new Set(bodies).size, bodies.length);
});

test('the load reads bodies of a known length, bodies in chunks, and answers without a body', async () => {
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const status = request.url === '/known' ? 304 : request.url === '/refused' ? 503 : 200;
      statuses.push(status);
      response.writeHead(status, request.url === '/chunks' ? {} : { 'content-length': 300_000 });
      if (status === 304) response.end();
      else if (request.url === '/chunks') {
        response.write('x'.repeat(100_000));
        setImmediate(() => response.end(text));
      } else response.end('y'.repeat(300_000));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const paths = ['/known', '/chunks', '/length', '/refused'];
  let n = 0;
  const { answers, refused, p50, p99 } = await load({
    origin: `http://${host}`,
    next: () => bytesOf({ path: paths[n++ % paths.length] as string, body: '{"é":1}' }, host),
    connections: 2,
    requests: 40,
    isGood: (status) => status < 400,
  });
  server.close();
  assert.equal(statuses.length, 40);
  assert.deepEqual([answers, refused], [30, 10]);
  assert.ok(p50 > 0 && p99 >= p50);
});

test('a load with a pace sends no request before it is due, and what waits for a slow answer has waited since then', async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    // The second answer comes late; on one connection, the third request can't be sent before.
    setTimeout(() => response.end('{}'), ++asked === 2 ? 200 : 0);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const request = bytesOf({ path: '/' }, new URL(origin).host);
  const startMs = performance.now();
  const { answers, p99 } = await load({
    origin,
    next: () => request,
    connections: 1,
    requests: 11,
    pace: 20,
  });
  server.close();
  assert.equal(answers, 11);
  // The eleventh is due after ten gaps of 50 ms.
  assert.ok(performance.now() - startMs >= 500);
  assert.ok(p99 >= 150, `${p99}`);
});
