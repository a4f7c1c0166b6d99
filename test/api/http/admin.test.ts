import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import supertest from 'supertest';
import { startGateway, type Gateway } from '../../support/gateway.ts';

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
  await gateway.app.admin.ready();
  const top = { project: 'en.wikipedia', access: 'all-access', year: '2024', month: '01', day: '01' };
  await gateway.load('pageviews-top', [{ ...top, articles: [{ article: 'A', views: 1 }] }]);
});
after(() => gateway.close());

const admin = (path: string): supertest.Test => supertest(gateway.app.admin.server).get(path);
const TOP = '/metrics/pageviews/top/en.wikipedia/all-access/2024/01/01';

/** Every sample of a Prometheus text, by its name with labels. @throws where a line is none */
function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const types = new Set<string>();
  assert.ok(text.endsWith('\n'));
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '' || line.startsWith('# HELP ')) continue;
    const type = /^# TYPE (\S+) (?:counter|gauge|histogram|summary)$/.exec(line);
    if (type) {
      assert.ok(!types.has(type[1] as string), `${line} twice`);
      types.add(type[1] as string);
      continue;
    }
    const sample = /^([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})?) (\S+)$/.exec(line);
    assert.ok(sample, line);
    assert.ok(!Number.isNaN(Number(sample[2])) || sample[2] === 'Nan', line);
    samples.set(sample[1] as string, Number(sample[2]));
  }
  return samples;
}

async function metrics(): Promise<Map<string, number>> {
  const response = await admin('/metrics');
  assert.equal(response.status, 200);
  assert.match(response.headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
  return samplesOf(response.text);
}

describe('the operators’ port', () => {
  test('/livez says that the process lives, /readyz that it answers', async () => {
    for (const path of ['/livez', '/readyz']) {
      const { status, text } = await admin(path);
      assert.deepEqual([status, text], [200, 'ok\n']);
    }
  });

  test('/readyz fails once the process goes down, /livez does not', async () => {
    const other = await startGateway();
    try {
      other.app.drain();
      assert.equal((await other.app.admin.inject('/readyz')).statusCode, 503);
      assert.match((await other.app.admin.inject('/metrics')).body, /^kraken_ready 0$/m);
      assert.equal((await other.app.admin.inject('/livez')).statusCode, 200);
      assert.equal((await other.get('/catalogue')).status, 200, 'what still comes is answered');
    } finally {
      await other.close();
    }
  });

  test('/metrics counts requests by route and status, and what the caches hold', async () => {
    const name = (route: string, status: number): string =>
      `kraken_http_requests_total{route="${route}",status="${status}"}`;
    const before = await metrics();
    await gateway.get(TOP);
    await gateway.get(TOP);
    await gateway.get(TOP.replace('/01/01', '/01/02'));
    await gateway.get('/catalogue');
    const now = await metrics();
    const more = (sample: string): number => (now.get(sample) ?? 0) - (before.get(sample) ?? 0);
    assert.equal(more(name('/metrics', 200)), 2);
    assert.equal(more(name('/metrics', 404)), 1);
    assert.equal(more(name('/catalogue', 200)), 1);
    assert.equal(more('kraken_http_request_duration_seconds_count'), 4);
    assert.equal(now.get('kraken_answer_cache_answers'), 1);
    assert.ok((now.get('kraken_answer_cache_bytes') ?? 0) > 0);
    assert.ok((now.get('kraken_cell_cache_cells') ?? 0) >= 1);
    assert.ok((now.get('kraken_cell_cache_bytes') ?? 0) > 0);
  });

  test('a caller can’t make up new counters: unknown paths are one', async () => {
    // Node's own appear when what they count first happens: a kind of garbage collection.
    const ours = async (): Promise<string[]> =>
      [...(await metrics()).keys()].filter((name) => name.startsWith('kraken_'));
    const before = await ours();
    for (let i = 0; i < 20; i++) await gateway.get(`/nowhere/${i}`);
    const added = (await ours()).filter((name) => !before.includes(name));
    assert.ok(added.length <= 1, added.join('\n'));
  });

  test('none of it is on the public port', async () => {
    for (const path of ['/livez', '/readyz', '/metrics']) {
      const { status, text } = await gateway.get(path);
      assert.equal(status, 404, path);
      assert.doesNotMatch(text, /kraken_|ok\n/);
    }
  });
});
