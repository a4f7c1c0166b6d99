import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeDisk } from '../../src/disk/node-disk.ts';
import { openFileLog } from '../../src/log/files/open.ts';
import { ViewReader, viewFolder } from '../../src/refine/view-reader.ts';
import { rowsOf, type View } from '../refine/lake.ts';
import { Processes } from '../support/process.ts';
import { randomOf } from '../support/random.ts';
import { until } from '../support/until.ts';

/** As many as wanted: KRAKEN_TEST_KILLS=100. */
const KILLS = Number(process.env['KRAKEN_TEST_KILLS'] ?? 5);
const SEED = Number(process.env['KRAKEN_TEST_SEED'] ?? 1);
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const processes = new Processes();
after(() => processes.end());

/** All views that readers find in a data folder, by their event's id and without names of actors. */
async function viewsOf(data: string): Promise<View[]> {
  const folder = viewFolder(join(data, 'lake'));
  const reader = new ViewReader(nodeDisk, folder);
  const found: View[] = [];
  for (const day of (await reader.manifest()).days.values()) {
    for (const { path } of (await reader.hours(day)).values())
      if (path !== undefined) found.push(...(await rowsOf(join(folder, path))));
  }
  return found
    .map(({ actor, ...view }): View => ({ ...view, isNamed: `${actor !== ''}` }))
    .toSorted((a, b) => ((a['event_id'] ?? '') < (b['event_id'] ?? '') ? -1 : 1));
}

const line = (hour: number, minute: number, path: string, address = '192.0.2.1'): string => {
  const time = `29/Nov/2025:${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:30 +0000`;
  return `${address} - - [${time}] "GET ${path} HTTP/1.1" 200 5 "-" "${AGENT}"\n`;
};

async function run(...args: string[]): Promise<string> {
  const { code, stderr } = await processes.run(...args);
  assert.equal(code, 0, stderr);
  return stderr;
}

void test('kraken refine makes views of a log, and says what it did', { timeout: 120_000 }, async () => {
  const data = processes.folder();
  const log = join(data, 'access.log');
  writeFileSync(log, [line(10, 1, '/meadow?x=1'), line(10, 2, '/style.css'), line(11, 1, '/brook')].join(''));
  await run('collect', log, '--site', 'blog.example.net', '--data', data);
  await run('load', '--data', data);
  const refine = (...flags: string[]) => run('refine', '--data', data, ...flags);
  assert.match(await refine(), /^2 hours refined: 2 views of 3 raw rows; 2 hours changed\.$/m);
  assert.match(await refine(), /^There was nothing to refine: no hour has new rows\.$/m);
  const again = await refine('--again', '--from', '2025-11-29T11', '--to', '2025-11-29');
  assert.match(again, /^1 hour refined: 1 views of 1 raw rows; no hour changed\.$/m);
  const views = await viewsOf(data);
  assert.deepEqual(Object.fromEntries(views.map(({ article, timestamp }) => [article, timestamp])), {
    '/brook': '2025112911',
    '/meadow': '2025112910',
  });
  for (const wrong of ['2025-02-30', 'yesterday', '2025-11-29T24']) {
    const { code, stderr } = await processes.run('refine', '--from', wrong, '--data', data);
    assert.equal(code, 2);
    assert.match(stderr, /is no hour: write 2026-11-29T11, or a day such as 2026-11-29/);
  }
  const turned = await processes.run('refine', '--from', '2025-11-30', '--to', '2025-11-29', '--data', data);
  assert.match(turned.stderr, /--from 2025-11-30 is after --to 2025-11-29/);
});

void test('a gateway that collects refines what it loads', { timeout: 180_000 }, async () => {
  const data = processes.folder();
  const { kraken, api, admin } = await processes.serve(data, '--collect');
  const headers = { 'user-agent': AGENT };
  const view = (path: string) => fetch(`${api}/pageview?url=https://example.net${path}`, { headers });
  assert.equal((await view('/meadow')).status, 204);
  await until('the first view is there', async () => (await viewsOf(data)).length === 1);
  assert.equal((await view('/brook')).status, 204);
  await until('the second view is there', async () => (await viewsOf(data)).length === 2);
  const found = await viewsOf(data);
  assert.deepEqual(
    found.map(({ project, article, agent }) => [project, article, agent].join(' ')).toSorted(),
    ['example.net /brook user', 'example.net /meadow user'],
  );
  const metrics = async (): Promise<string> => (await fetch(`${admin}/metrics`)).text();
  await until('both are counted', async () => /^kraken_refine_hours_total [2-9]/m.test(await metrics()));
  assert.match(await metrics(), /^kraken_refine_failures_total 0$/m);
  assert.equal((await kraken.kill('SIGTERM')).code, 0);
  assert.equal((await processes.run('refine', '--data', data)).code, 0);
});

void test(
  `refining killed ${KILLS} times gives the same views (seed ${SEED})`,
  { timeout: 60_000 + KILLS * 20_000 },
  async (context) => {
    const random = randomOf(SEED);
    const [whole, killed] = [processes.folder(), processes.folder()] as const;
    const batches = Array.from({ length: 3 }, () =>
      Array.from({ length: 400 }, () => {
        const address = `192.0.2.${Math.floor(random() * 20)}`;
        return line(
          Math.floor(random() * 12),
          Math.floor(random() * 60),
          `/${Math.floor(random() * 50)}`,
          address,
        );
      }).join(''),
    );
    let kills = 0;
    for (const [nth, text] of batches.entries()) {
      for (const data of [whole, killed]) {
        const log = join(data, `access-${nth}.log`);
        writeFileSync(log, text);
        await run('collect', log, '--site', 'blog.example.net', '--data', data);
        await run('load', '--data', data);
      }
      while (kills < (KILLS * (nth + 1)) / batches.length) {
        const refining = processes.start('refine', '--data', killed);
        const ended = await Promise.race([refining.ended, sleep(700 + random() * 2_500)]);
        if (ended === undefined) await refining.kill();
        else break;
        kills++;
      }
      await run('refine', '--data', killed);
    }
    await run('refine', '--data', whole);
    const withoutIds = (views: View[]) =>
      views.map(({ event_id: _id, ...view }) => JSON.stringify(view)).toSorted((a, b) => (a < b ? -1 : 1));
    const expected = withoutIds(await viewsOf(whole));
    context.diagnostic(`${kills} kills, ${expected.length} views`);
    assert.equal(expected.length, 1200);
    assert.deepEqual(withoutIds(await viewsOf(killed)), expected);
  },
);

void test(
  'kraken forget removes what a stream keeps no longer, and says so',
  { timeout: 60_000 },
  async () => {
    const data = processes.folder();
    mkdirSync(join(data, 'streams'));
    const flags = ['--data', data, '--streams', join(data, 'streams')];
    const fields = 'fields:\n  address: { type: text, personal: true }\n';
    const head = 'stream: visits\ntitle: Visits\nowner: a test\n';
    const file = join(data, 'streams', 'visits.yaml');
    writeFileSync(file, `${head}${fields}retention: 7 days\n`);
    const log = await openFileLog(join(data, 'events'), 'a test');
    const meta = { stream: 'visits', id: 'a', dt: new Date(Date.now() - 86_400_000).toISOString() };
    await log.append('visits', [Buffer.from(JSON.stringify({ meta, address: '192.0.2.1' }))]);
    await log.close();
    await run('load', ...flags);
    assert.match(await run('forget', ...flags), /^There was nothing to forget\.$/m);
    writeFileSync(file, `${head}${fields}retention: 0 minutes\n`);
    await sleep(10);
    const said = await run('forget', ...flags);
    assert.match(said, /^visits [\d-]{10}T\d\d: 1 rows are removed, as its stream says\.$/m);
    assert.match(await run('forget', ...flags), /^There was nothing to forget\.$/m);
  },
);
