import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openFileLogReader } from '../../src/log/files/open.ts';
import { Processes } from '../support/process.ts';
import { randomOf } from '../support/random.ts';
import { manifestOf, rowsOf } from './committed.ts';
import { until } from '../support/until.ts';

const SENDER = fileURLToPath(new URL('./sender.js', import.meta.url));
/** As many as wanted: KRAKEN_TEST_KILLS=100. */
const KILLS = Number(process.env['KRAKEN_TEST_KILLS'] ?? 8);
const SEED = Number(process.env['KRAKEN_TEST_SEED'] ?? 1);
/** Up to how long a sender lives once it has begun, in ms, and in how many commits a loader is killed at the latest. */
const LIFE_MS = 2_500;
const LIFE_COMMITS = 6;
/** Some loaders are killed while they begin. */
const BEGINNING_MS = 4_000;

void test(
  `collector and loader killed ${KILLS} times: what was acknowledged is in the table, once (seed ${SEED})`,
  { timeout: 60_000 + KILLS * 10_000 },
  async (context) => {
    const random = randomOf(SEED);
    const data = await mkdtemp(join(tmpdir(), 'kraken-kill-'));
    const processes = new Processes();
    const acknowledged: string[] = [];
    let run = 0;
    let kills = 0;
    let sender: { child: ChildProcess; closed: Promise<unknown> } | undefined;
    const startSender = () => {
      const child = spawn(process.execPath, [SENDER, join(data, 'events'), `r${run++}`, '2000'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines = createInterface(child.stdout);
      lines.on('line', (line) => acknowledged.push(line));
      sender = { child, closed: Promise.all([once(child, 'close'), once(lines, 'close')]) };
    };
    const killSenders = async (): Promise<void> => {
      while (kills < KILLS) {
        const before = acknowledged.length;
        startSender();
        await until('a batch is acknowledged', () => acknowledged.length > before);
        await sleep(random() * LIFE_MS);
        sender?.child.kill('SIGKILL');
        await sender?.closed;
        kills++;
      }
    };
    const killLoaders = async (): Promise<void> => {
      while (kills < KILLS) {
        const loader = processes.start('load', '--follow', '--data', data);
        const enough = (await commitsOf()) + Math.floor(random() * LIFE_COMMITS);
        const latest = performance.now() + (random() < 0.2 ? random() * BEGINNING_MS : 60_000);
        while ((await commitsOf()) <= enough && performance.now() < latest) await sleep(20);
        await sleep(random() * 400);
        const { stderr } = await loader.kill();
        assert.equal(stderr, '', 'no loader has complained');
        kills++;
      }
    };
    const table = join(data, 'lake', 'raw', 'pageview');
    const commitsOf = async (): Promise<number> => (await manifestOf(table))?.commits ?? 0;
    try {
      await Promise.all([killSenders(), killLoaders()]);
      const committed = await commitsOf();
      const ended = await processes.run('load', '--data', data);
      assert.equal(ended.code, 0, ended.stderr);
      const rows = (await rowsOf(table, 'meta.id')).map(([id]) => id as string);
      const inTable = new Set(rows);
      const inLog = await idsInLog(join(data, 'events'));
      const lost = acknowledged.filter((id) => !inLog.has(id)).length;
      const unseen = acknowledged.filter((id) => !inTable.has(id)).length;
      const duplicated = rows.length - inTable.size;
      const manifest = await manifestOf(table);
      const repeats = [...(manifest?.hours.values() ?? [])].reduce(
        (sum, { counts }) => sum + counts.duplicate,
        0,
      );
      context.diagnostic(
        `${kills} kills, ${acknowledged.length} acknowledged, ${rows.length} rows, ${committed} commits before the last run, ` +
          `${repeats} repeats removed: lost ${lost}, duplicated ${duplicated}, unseen ${unseen}`,
      );
      assert.ok(acknowledged.length > KILLS * 10);
      assert.deepEqual({ lost, duplicated, unseen }, { lost: 0, duplicated: 0, unseen: 0 });
    } finally {
      sender?.child.kill('SIGKILL');
      await processes.end();
      await rm(data, { recursive: true, force: true });
    }
  },
);

async function idsInLog(folder: string): Promise<Set<string>> {
  const log = openFileLogReader(folder);
  const place = { stream: 'pageview', partition: 0 };
  const ids = new Set<string>();
  for (let from = (await log.ends(place)).first; ;) {
    const { records, next } = await log.read(place, from, 1 << 20);
    for (const { value } of records)
      ids.add((JSON.parse(Buffer.from(value).toString()) as { meta: { id: string } }).meta.id);
    if (next === from) break;
    from = next;
  }
  await log.close();
  return ids;
}
