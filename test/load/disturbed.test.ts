import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TableState } from '../../src/core/time/table-state.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { enginesIn, SIGNAL, storedSeries } from './engines.ts';
import { temporaryFolder } from './files.ts';

const CHILD = fileURLToPath(new URL('./import-child.js', import.meta.url));
const ARTICLES = 60;
const DAYS = 200;

/** Days of articles as a file; `level` makes one file's numbers differ from another's. */
function fileOf(t: TestContext, level: number, articles: number): string {
  const path = join(temporaryFolder(t), 'rows.ndjson');
  const lines: string[] = [];
  for (let article = 0; article < articles; article++) {
    for (let day = 0; day < DAYS; day++) {
      const timestamp = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
      lines.push(
        `{"project":"x","article":"A${article}","granularity":"daily","timestamp":"${timestamp}","access":"desktop","agent":"user","views":${level + article * day}}\n`,
      );
    }
  }
  writeFileSync(path, lines.join(''));
  return path;
}

interface Ended {
  readonly code: number | null;
  readonly complaint: string;
  /** From when the engines were open. */
  readonly ms: number;
}

/** Runs an import in a process of its own; kills it so many ms after it began to work. */
async function importInChild(folder: string, file: string, killAfterMs?: number, shell = ''): Promise<Ended> {
  const command = `${shell} exec "$0" "$@"`;
  const child = spawn('sh', ['-c', command, process.execPath, CHILD, folder, file], { stdio: 'pipe' });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  await once(child.stdout, 'data');
  const started = performance.now();
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const [code] = await closed;
  clearTimeout(timer);
  return { code, complaint, ms: performance.now() - started };
}

/** All that is served from a folder: the published state, and the numbers of every series. */
async function contentOf(
  t: TestContext,
  folder: string,
): Promise<{ state: TableState | undefined; cells: string }> {
  const { store, close } = await enginesIn(t, folder);
  const state = (await store.states(SIGNAL)).tables.get(tableOf(pageviewsPerArticle).name);
  const series: string[] = [];
  for (let article = 0; article < ARTICLES; article++) {
    for (const grain of ['daily', 'monthly'] as const) {
      const values = ['x', 'desktop', 'user', `A${article}`];
      const range = [grain, '2024-01-01', '2024-12-31'] as const;
      series.push((await storedSeries(store, pageviewsPerArticle, values, ...range)).join(','));
    }
  }
  await close();
  return { state, cells: series.join('\n') };
}

void test('an import killed at any moment leaves the old or the new state, and a rerun finishes it', async (t) => {
  const old = fileOf(t, 0, ARTICLES / 2);
  const file = fileOf(t, 1000, ARTICLES);
  const start = temporaryFolder(t);
  await importInChild(start, old);
  const undisturbed = temporaryFolder(t);
  cpSync(start, undisturbed, { recursive: true });
  const before = await contentOf(t, undisturbed);
  const { code, ms, complaint } = await importInChild(undisturbed, file);
  assert.equal(code, 0, complaint);
  const after = await contentOf(t, undisturbed);
  assert.notEqual(after.cells, before.cells);

  let killed = 0;
  // Under load one run takes longer than the next, so that a kill may come too late.
  for (let round = 0; round < 5 || (killed < 3 && round < 20); round++) {
    const folder = temporaryFolder(t);
    cpSync(start, folder, { recursive: true });
    // A moment in each fifth of the time that it takes.
    const moment = (((round % 5) + Math.random()) / 5) * ms;
    const ended = await importInChild(folder, file, moment);
    if (ended.code === null) killed++;
    const { cells } = await contentOf(t, folder);
    assert.ok(cells === before.cells || cells === after.cells, `mixed after ${moment} of ${ms} ms`);
    assert.equal((await importInChild(folder, file)).code, 0);
    assert.equal((await contentOf(t, folder)).cells, after.cells, `not finished after ${moment} of ${ms} ms`);
  }
  assert.ok(killed >= 3, `only ${killed} were killed at work`);
});

void test('when the disk is full, the import fails, stored data stays, and a rerun succeeds', async (t) => {
  const old = fileOf(t, 0, ARTICLES / 2);
  const file = fileOf(t, 1000, ARTICLES);
  const folder = temporaryFolder(t);
  await importInChild(folder, old);
  const before = await contentOf(t, folder);
  // No file may grow beyond 4 blocks of 512 or 1024 bytes; writing more is an error and no signal.
  const { code, complaint } = await importInChild(folder, file, undefined, "trap '' XFSZ; ulimit -f 4;");
  assert.equal(code, 1, complaint);
  assert.match(complaint, /EngineError/);
  assert.deepEqual(await contentOf(t, folder), before);
  assert.equal((await importInChild(folder, file)).code, 0);
  assert.notEqual((await contentOf(t, folder)).cells, before.cells);
});
