// Runs in a process of its own: it starts and kills others.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pageviewsAggregate } from '../../src/metrics/pageviews-aggregate.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { pageviewsTop } from '../../src/metrics/pageviews-top.ts';
import { openLmdbStore } from '../../src/stores/lmdb/lmdb-store.ts';
import { openDuckdbWarehouse } from '../../src/warehouses/duckdb/duckdb-warehouse.ts';
import { storedList, storedSeries } from '../load/engines.ts';
import { temporaryFolder } from '../load/files.ts';
import { linesFile, rowsOf } from './dumps.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const HOURS = 6;

/** Writes some hours of a day, each with its own articles. */
function hourFiles(t: TestContext): string {
  const folder = join(temporaryFolder(t), 'files');
  mkdirSync(folder);
  for (let hour = 0; hour < HOURS; hour++) {
    const lines = Array.from(
      { length: 2000 },
      (_, i) => `en Page_${(i * (hour + 3)) % 1500} ${(i % 7) + 1} 0`,
    );
    linesFile({ folder } as never, `pageviews-20210101-0${hour + 1}0000`, lines);
  }
  return folder;
}

function startImport(files: string, data: string): ChildProcess {
  const args = [CLI, 'import', 'pageviews-hourly', files, '--partial', '--data', data];
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function endOf(child: ChildProcess): Promise<number | null> {
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 1) assert.match(said, /stopped by SIGINT/, said);
  return code;
}

/** Everything that lake and store have. */
async function everything(data: string): Promise<unknown[]> {
  const warehouse = await openDuckdbWarehouse(join(data, 'lake'));
  const store = openLmdbStore(join(data, 'series'));
  try {
    const series = async (article: string) =>
      storedSeries(
        store,
        pageviewsPerArticle,
        ['en.wikipedia', 'desktop', 'user', article],
        'daily',
        '2021-01-01',
        '2021-01-01',
      );
    return [
      await rowsOf(warehouse, pageviewsPerArticle, 'daily'),
      await rowsOf(warehouse, pageviewsAggregate, 'hourly'),
      await rowsOf(warehouse, pageviewsAggregate, 'daily'),
      await rowsOf(warehouse, pageviewsTop, 'daily'),
      await storedList(store, pageviewsTop, ['en.wikipedia', 'desktop'], 'daily', '2021-01-01'),
      await Promise.all(Array.from({ length: 50 }, (_, i) => series(`Page_${i}`))),
    ];
  } finally {
    await store.close();
    await warehouse.close();
  }
}

test('an import that is killed at ten moments and run again has what an undisturbed one has', async (t) => {
  const files = hourFiles(t);
  const undisturbed = join(temporaryFolder(t), 'data');
  const began = performance.now();
  assert.equal(await endOf(startImport(files, undisturbed)), 0);
  const took = performance.now() - began;
  const expected = await everything(undisturbed);

  const data = join(temporaryFolder(t), 'data');
  for (let kill = 1; kill <= 10; kill++) {
    const child = startImport(files, data);
    const ended = endOf(child);
    await pause((took * kill) / 11);
    child.kill('SIGKILL');
    await ended;
  }
  assert.equal(await endOf(startImport(files, data)), 0);
  assert.deepEqual(await everything(data), expected);
});

test('Ctrl-C ends an import cleanly, and the next run goes on', async (t) => {
  const files = hourFiles(t);
  const data = join(temporaryFolder(t), 'data');
  const child = startImport(files, data);
  const ended = endOf(child);
  await pause(700);
  child.kill('SIGINT');
  const code = await ended;
  assert.ok(code === 1 || code === 0 || code === null, `${code}`);
  assert.equal(await endOf(startImport(files, data)), 0);
  const [articles] = await everything(data);
  assert.ok(Object.keys(articles as object).length > 2000);
});
