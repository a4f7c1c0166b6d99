import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseDateRange } from '../../src/load/selection.ts';
import { METRICS } from '../../src/metrics/index.ts';
import { mirror, type MirrorReport } from '../../src/mirror/mirror.ts';
import type { Grain } from '../../src/core/time/time.ts';
import { CLI } from '../inspect/broken.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { FakeTime, OddServer, status, whole } from './odd-server.ts';

let source: Gateway;
let base: string;
before(async () => {
  source = await startGateway();
  await source.loadSample();
  base = await source.app.api.listen({ host: '127.0.0.1', port: 0 });
});
after(() => source.close());

/** Mirrors a part of a metric into a gateway. */
async function pull(
  into: Gateway,
  from: string,
  [name, grain, range, where]: readonly [string, Grain, string, Record<string, string[]>],
): Promise<MirrorReport> {
  const metric = METRICS.find((one) => one.name === name);
  assert.ok(metric);
  const { store, warehouse, folder } = into;
  const writer = { holder: 'a test', waitMs: 30_000, signal: new AbortController().signal, store, warehouse };
  const report = await mirror({
    ...writer,
    metric,
    grain,
    range: parseDateRange(range),
    where,
    base: from,
    folder: join(folder, 'mirror'),
    client: { userAgent: 'kraken (me@example.org)', time: new FakeTime() },
  });
  await into.app.road.watch.refresh();
  return report;
}

void test('a mirrored gateway and its mirror answer the same, byte for byte', async () => {
  const copy = await startGateway();
  const articles = ['Moonlight_(2016_film)', 'Gordon_Ramsay'];
  const article = { project: ['en.wikipedia'], agent: ['user', 'all-agents'], article: articles };
  const edits = { project: ['all-projects'] };
  await pull(copy, base, ['pageviews-per-article', 'monthly', '2015-07..2023-09', article]);
  await pull(copy, `${base}/metrics`, ['pageviews-per-article', 'daily', '2015-07..2016', article]);
  await pull(copy, base, ['pageviews-top', 'daily', '2024-12-14..2024-12-16', { project: ['en.wikipedia'] }]);
  await pull(copy, base, ['edits-aggregate', 'monthly', '2001..2022', edits]);
  await pull(copy, base, ['legacy-pagecounts-aggregate', 'monthly', '2008..2016', edits]);
  const asked = [
    '/metrics/pageviews/per-article/en.wikipedia/all-access/all-agents/Gordon_Ramsay/daily/20150701/20161231',
    '/metrics/pageviews/per-article/en.wikipedia/all-access/user/Moonlight_(2016_film)/monthly/20150701/20231001',
    '/metrics/pageviews/top/en.wikipedia/all-access/2024/12/15',
    '/metrics/edits/aggregate/all-projects/all-editor-types/all-page-types/monthly/20010101/20230101',
    '/metrics/legacy/pagecounts/aggregate/all-projects/all-sites/monthly/2008010100/2016123100',
  ];
  let answered = 0;
  for (const path of asked) {
    const [theirs, ours] = [await source.get(path), await copy.get(path)];
    assert.equal(ours.status, theirs.status, path);
    if (theirs.status !== 200) continue;
    answered++;
    assert.equal(ours.text, theirs.text, path);
  }
  assert.ok(answered >= 3, `${answered} of the paths have data in the sample`);
  assert.equal(existsSync(join(copy.folder, 'mirror', 'pageviews-top')), false);
  assert.deepEqual(readdirSync(join(copy.folder, 'mirror')), [], 'what is imported is not kept');
  await copy.close();
});

const TWO: Parameters<typeof pull>[2] = [
  'unique-devices',
  'monthly',
  '2024-01..2024-02',
  { project: ['a.wikipedia', 'b.wikipedia'] },
] as const;

function devices(project: string): object {
  const own = { project, 'access-site': 'all-sites', granularity: 'monthly', timestamp: '20240101' };
  return { items: [{ ...own, devices: 3, offset: 1, underestimate: 2 }] };
}

void test('a run that was stopped goes on with what is missing, and asks nothing twice', async () => {
  const copy = await startGateway();
  const server = new OddServer([
    whole(devices('a.wikipedia')),
    status(400, { detail: 'no' }),
    whole(devices('b.wikipedia')),
  ]);
  const odd = await server.listen();
  await assert.rejects(() => pull(copy, odd, TWO), /answers 400: no/);
  assert.equal((await copy.warehouse.states(new AbortController().signal)).tables.size, 0);
  const { requests, known, without, imported } = await pull(copy, odd, TWO);
  assert.deepEqual([requests, known, without, imported?.rows], [2, 1, 0, 2]);
  assert.deepEqual(
    server.asked.map(({ url = '' }) => url.split('/')[3]),
    ['a.wikipedia', 'b.wikipedia', 'b.wikipedia'],
  );
  await server.close();
  await copy.close();
});

void test('no data anywhere is told, and imports nothing', async () => {
  const copy = await startGateway();
  const server = new OddServer([status(404, { type: 'about:blank', detail: 'no data' })]);
  const { without, imported } = await pull(copy, await server.listen(), TWO);
  assert.deepEqual([without, imported], [2, undefined]);
  await server.close();
  await copy.close();
});

void test('the command does not start without a contact', () => {
  const { PATH = '' } = process.env;
  const range = ['--range', '2024', '--where', 'project=en.wikipedia'];
  const { status: code, stderr } = spawnSync(
    process.execPath,
    [CLI, 'mirror', 'http://127.0.0.1:1', 'unique-devices', ...range, '--data', join(source.folder, 'none')],
    { encoding: 'utf8', env: { PATH } },
  );
  assert.equal(code, 2);
  assert.match(stderr, /name a contact with --contact mailto:YOU@EXAMPLE\.ORG \(KRAKEN_CONTACT\)/);
});
