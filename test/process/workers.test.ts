import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Processes, type Serving } from '../support/process.ts';
import { until } from '../support/until.ts';
import { SITE } from './live-views.ts';

const processes = new Processes();
const folder = processes.folder();
const data = join(folder, 'data');
const datasets = join(folder, 'datasets');
const EDITS = '/metrics/edits/aggregate/en.wikipedia/user/content/monthly/20240101/20240201';
after(() => processes.end());

/** More connections than workers: they are handed out in turns. */
const CONNECTIONS = 6;

/** Asks on several connections, so that all workers are asked. */
async function onAll(url: string): Promise<{ status: number; text: string; etag: string | null }[]> {
  const answers = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    const answer = await fetch(url, { headers: { connection: 'close' } });
    answers.push({
      status: answer.status,
      text: await answer.text(),
      etag: answer.headers.get('etag'),
    });
  }
  return answers;
}

async function load(edits: number): Promise<void> {
  const row = { project: 'en.wikipedia', 'editor-type': 'user', 'page-type': 'content' };
  const results = [{ timestamp: '2024-01-01T00:00:00.000Z', edits }];
  const file = join(folder, 'edits.ndjson');
  writeFileSync(file, JSON.stringify({ ...row, granularity: 'monthly', results }));
  const { code, stderr } = await processes.run('import', 'edits-aggregate', file, '--data', data);
  assert.equal(code, 0, stderr);
}

async function metric({ admin }: Serving, line: RegExp): Promise<number> {
  const text = await (await fetch(`${admin}/metrics`)).text();
  return Number(line.exec(text)?.[1]);
}

describe('a gateway with two workers', { timeout: 240_000 }, () => {
  let gateway: Serving;
  before(async () => {
    await load(11);
    mkdirSync(datasets);
    gateway = await processes.serve(data, '--workers', '2', '--datasets', datasets);
  });

  test('says once that it serves, and on which port', () => {
    const lines = gateway.kraken.stdout.split('\n').filter((line) => line.includes('"msg":"serving"'));
    assert.equal(lines.length, 1);
    assert.equal((JSON.parse(lines[0] ?? '') as { workers: number }).workers, 2);
  });

  test('gives the same answer whichever worker is asked, and each of them is asked', async () => {
    const [first, ...others] = await onAll(gateway.api + EDITS);
    assert.equal(first?.status, 200);
    assert.match(first?.text ?? '', /"edits":11\b/);
    for (const other of others) assert.deepEqual(other, first);
    // Each of the two has kept the answer.
    assert.equal(await metric(gateway, /^kraken_answer_cache_answers (\d+)$/m), 2);
  });

  test('sums the metrics of all, in one place', async () => {
    const requests = /^kraken_http_requests_total\{route="\/catalogue",status="200"\} (\d+)$/m;
    const durations = /^kraken_http_request_duration_seconds_count (\d+)$/m;
    const counted = await metric(gateway, durations);
    await onAll(`${gateway.api}/catalogue`);
    assert.equal(await metric(gateway, requests), CONNECTIONS);
    assert.equal(await metric(gateway, durations), counted + CONNECTIONS);
    assert.equal(await metric(gateway, /^kraken_workers (\d+)$/m), 2);
    // Of all processes there is one answer to whether they are ready.
    assert.equal(await metric(gateway, /^kraken_ready (\d+)$/m), 1);
    assert.equal(await (await fetch(`${gateway.admin}/readyz`)).text(), 'ok\n');
  });

  test('shows new numbers on all workers', async () => {
    await load(12);
    await until('a worker has it', async () => (await onAll(gateway.api + EDITS)).some(isTwelve));
    await until('all workers have it', async () => (await onAll(gateway.api + EDITS)).every(isTwelve), 3000);
    function isTwelve({ text }: { text: string }): boolean {
      return text.includes('"edits":12');
    }
  });

  test('publishes, changes and withdraws data sets on all workers', async () => {
    const cakes = `${gateway.api}/metrics/datasets/cake/North/monthly/20240101/20240201`;
    assert.ok((await onAll(cakes)).every(({ status }) => status === 404));
    const file = join(datasets, 'cake.csv');
    const declaration = { dataset: 'cake', title: 'Cakes', file: 'cake.csv', licence: 'CC0-1.0' };
    const columns = { grain: 'monthly', date: 'month', dimensions: ['kitchen'], measures: { cakes: null } };
    writeFileSync(file, 'month,kitchen,cakes\n2024-01,North,3\n');
    writeFileSync(join(datasets, 'cake.yaml'), JSON.stringify({ ...declaration, ...columns }));
    const has = async (cake: string): Promise<boolean> =>
      (await onAll(cakes)).every(({ text }) => text.includes(cake));
    await until('all workers have the data set', () => has('"cakes":3'));
    writeFileSync(file, 'month,kitchen,cakes\n2024-01,North,5\n');
    await until('all workers have its new rows', () => has('"cakes":5'));
    writeFileSync(join(datasets, 'cake.yaml'), '');
    await until('no worker has it', async () => (await onAll(cakes)).every(({ status }) => status === 404));
  });

  test('finishes at SIGTERM what is under way, and ends with 0', async () => {
    const answers = Promise.all(Array.from({ length: 4 }, () => onAll(`${gateway.api}/openapi.json`)));
    await answers;
    const { code, stderr } = await gateway.kraken.kill('SIGTERM');
    assert.deepEqual([code, stderr], [0, '']);
    await assert.rejects(fetch(gateway.api + EDITS));
  });
});

test('the primary collects on a port of its own, and all workers count what comes in', async () => {
  const { kraken, api, collect } = await processes.serve(
    processes.folder(),
    '--workers',
    '2',
    '--collect',
    '--collect-port',
    '0',
  );
  const events = [1, 2, 3].map((id) => ({
    meta: { stream: 'pageview', id: `${id}` },
    site: SITE,
    path: '/',
  }));
  const answer = await fetch(`${collect}/v1/events`, { method: 'POST', body: JSON.stringify(events) });
  assert.equal(answer.status, 201);
  const question = `${api}/query?metric=pageviews-aggregate&where.project=${SITE}&grain=hourly&range=-2d..now&measures=views`;
  await until('all workers count three views', async () =>
    (await onAll(question)).every(({ text }) => /"views":3\b/.test(text)),
  );
  assert.equal((await fetch(`${api}/v1/events`, { method: 'POST', body: '[]' })).status, 404);
  const { code, stderr } = await kraken.kill('SIGTERM');
  assert.deepEqual([code, stderr], [0, '']);
});

describe('workers that can not be', () => {
  const refused = async (...flags: string[]): Promise<{ code: number | null; stderr: string }> => {
    const all = ['serve', '--data', processes.folder(), '--admin-port', '0', ...flags];
    const { code, stderr } = await processes.run(...all);
    return { code, stderr };
  };

  test('a number of workers that is none is refused', async () => {
    for (const workers of ['0', '257', 'two']) {
      const { code, stderr } = await refused('--workers', workers);
      assert.equal(code, 2);
      assert.match(stderr, /--workers is ".*", but it takes a whole number from 1 to 256\./);
    }
  });

  test('collecting on the port that workers share is refused, with what to do', async () => {
    const { code, stderr } = await refused('--workers', '2', '--collect');
    assert.equal(code, 2);
    assert.match(stderr, /--collect-port/);
  });

  test('a port in use is told like that of one process', async () => {
    const other = await processes.serve(processes.folder());
    const { port } = new URL(other.api);
    const { code, stderr } = await refused('--workers', '2', '--port', port);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^kraken: can't listen: port ${port} of 127.0.0.1 is in use`));
    await other.kraken.kill('SIGTERM');
  });
});
