import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMPTY_STATE } from '../../src/core/time/table-state.ts';
import { openLmdbStore } from '../../src/stores/lmdb/lmdb-store.ts';
import type { Cell } from '../../src/stores/series-store.ts';
import { openDuckdbWarehouse } from '../../src/warehouses/duckdb/duckdb-warehouse.ts';
import { cell } from '../stores/cells.ts';
import { Processes, type Serving } from '../support/process.ts';
import { until } from '../support/until.ts';

/* Imports and retractions in processes of their own, while a gateway serves the same folder. */

const processes = new Processes();
const folder = processes.folder();
const data = join(folder, 'data');
let gateway: Serving;
before(async () => {
  gateway = await processes.serve(data);
});
after(() => processes.end());

const SEEN_WITHIN_MS = 2000;
const ARTICLES = 40;
const MONTHS = ['2024-01', '2024-02', '2024-03', '2024-04', '2024-05', '2024-06'];

/** A file of days, in which every article has these views on each day. */
function fileOf(views: number, articles = ARTICLES, months = MONTHS): string {
  const lines: string[] = [];
  for (let article = 0; article < articles; article++) {
    for (const month of months) {
      for (let day = 1; day <= 28; day++) {
        const timestamp = `${month}-${String(day).padStart(2, '0')}`;
        const row = { project: 'x.wikipedia', article: `A${article}`, granularity: 'daily', timestamp };
        lines.push(JSON.stringify({ ...row, access: 'desktop', agent: 'user', views }));
      }
    }
  }
  const path = join(folder, `${views}-${articles}-${months.length}.ndjson`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const load = (file: string, ...flags: string[]): string[] => [
  'import',
  'pageviews-per-article',
  file,
  '--data',
  data,
  ...flags,
];

/** The numbers that are served of articles, by day; undefined where there are none. */
async function views(articles: string, start = '20240101', end = '20240630'): Promise<number[] | undefined> {
  const path = `/metrics/pageviews/per-article/x.wikipedia/desktop/user/${articles}/daily/${start}/${end}`;
  const response = await fetch(gateway.api + path);
  if (response.status === 404) return undefined;
  assert.equal(response.status, 200, await response.clone().text());
  const { items } = (await response.json()) as { items: { views: number }[] };
  return items.map((item) => item.views);
}

/** Asks again and again until the answer is this one. @throws when that takes too long */
async function seen(expected: unknown, ask: () => Promise<unknown>): Promise<void> {
  const latest = performance.now() + SEEN_WITHIN_MS;
  let last = await ask();
  while (JSON.stringify(last) !== JSON.stringify(expected) && performance.now() < latest) {
    await sleep(50);
    last = await ask();
  }
  assert.deepEqual(last, expected);
}

describe('beside a serving gateway', () => {
  test('an import’s rows are answered within two seconds of its end', async () => {
    assert.equal(await views('A0', '20240101', '20240101'), undefined);
    const { code, stderr } = await processes.run(...load(fileOf(1)));
    assert.equal(code, 0, stderr);
    await seen([1], () => views('A0', '20240101', '20240101'));
  });

  test('--replace takes a month away before the corrected file is read', async () => {
    const corrected = fileOf(2, 1, ['2024-01']);
    const { code, stderr } = await processes.run(...load(corrected, '--replace', '2024-01'));
    assert.equal(code, 0, stderr);
    await seen([2, 1], () => views('A0', '20240128', '20240201'));
    assert.equal(await views('A1', '20240101', '20240131'), undefined, 'not in the corrected file');
    assert.equal((await views('A1'))?.length, 5 * 28);
  });

  test('retracted rows are gone within two seconds', async () => {
    const retract = ['retract', 'pageviews-per-article', '--range', '2024-02', '--where', 'article=A0'];
    const { code, stderr } = await processes.run(...retract, '--data', data);
    assert.equal(code, 0, stderr);
    await seen(undefined, () => views('A0', '20240201', '20240229'));
    assert.equal((await views('A1', '20240201', '20240229'))?.length, 28);
  });
});

describe('of two imports', () => {
  test('the second one waits for the first', async () => {
    const first = processes.start('import', 'pageviews-per-article', '-', '--data', data);
    first.child.stdin?.write('{"project":"x.wikipedia","article":"B","granularity":"daily",');
    await until('the lease is taken', () => existsSync(join(data, 'lake', '_lease.json')));
    const second = processes.start(...load(fileOf(3, 1, ['2024-01'])));
    await sleep(1000);
    assert.equal(second.child.exitCode, null, 'it waits');
    first.child.stdin?.end('"timestamp":"20240101","access":"desktop","agent":"user","views":7}\n');
    assert.equal((await first.ended).code, 0, first.stderr);
    assert.equal((await second.ended).code, 0, second.stderr);
    await seen([3, 7], () => views('A0%7CB', '20240101', '20240101'));
  });

  test('the second one says who is at work when it may not wait longer, also while the first publishes', async () => {
    const warehouse = await openDuckdbWarehouse(join(data, 'lake'));
    const store = openLmdbStore(join(data, 'series'));
    const { signal } = new AbortController();
    const lease = await warehouse.lease('somebody slow', signal);
    await store.lease('another lake', signal);
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    async function* cells(): AsyncGenerator<readonly Cell[]> {
      yield [cell('row', 'column', 'value')];
      await stopped;
      throw new Error('the end');
    }
    const publication = { table: 'another', clear: [], cells: cells(), state: EMPTY_STATE };
    const publishing = assert.rejects(store.publish(publication, signal), /the end/);
    try {
      const second = load(fileOf(5, 1), '--lease-wait-ms', '200');
      assert.deepEqual(await processes.run(...second), {
        code: 1,
        stdout: '',
        stderr: 'kraken: another import is running: somebody slow\n',
      });
      assert.equal((await views('A1', '20240301', '20240331'))?.length, 28, 'who reads is not held up');
      await lease.release();
      const { stderr } = await processes.run('publish', '--data', data, '--lease-wait-ms', '200');
      assert.equal(stderr, 'kraken: another import is running: another lake\n');
    } finally {
      stop();
      await publishing;
      await lease.release();
      await Promise.all([store.close(), warehouse.close()]);
    }
  });
});

test('killed at any moment, an import leaves what was or what will be, and the gateway never mixes them', async () => {
  const articles = 600;
  const level = (n: number): string => fileOf(n, articles, ['2023-01']);
  const january = (list: string): Promise<number[] | undefined> => views(list, '20230101', '20230131');
  const seenAll = (n: number): Promise<void> =>
    seen([n], async () => [...new Set(await january(`A${articles - 1}`))]);
  const started = performance.now();
  assert.equal((await processes.run(...load(level(10)))).code, 0);
  const ms = performance.now() - started;
  await seenAll(10);

  let now = 10;
  let asked = 0;
  let over = false;
  const asker = async (): Promise<void> => {
    for (; !over; asked++) {
      // One that was read before, beside one that most likely wasn't.
      const found = new Set(await january(`A0%7CA${asked % articles}`));
      assert.equal(found.size, 1, `mixed: ${[...found].join(', ')}`);
      for (const one of found) assert.ok(Math.abs(one - now) <= 1, `${one} at ${now}`);
      await sleep(4);
    }
  };
  const asking = asker();
  for (let round = 0; round < 3; round++) {
    const next = level(now + 1);
    const killed = processes.start(...load(next));
    // The first half is the start of the process.
    await sleep(ms * (0.5 + (round + Math.random()) / 6));
    await killed.kill();
    assert.equal((await processes.run(...load(next))).code, 0);
    now++;
    await seenAll(now);
  }
  over = true;
  await asking;
  assert.ok(asked > 50, `${asked} answers`);
  assert.equal(gateway.kraken.stderr, '');
});
