import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openFileLog } from '../../../src/log/files/open.ts';
import { randomOf } from '../../support/random.ts';

const APPENDER = fileURLToPath(new URL('./appender.js', import.meta.url));
const KILLS = 8;
const SEED = 1;

void test(
  `what was acknowledged before a kill is there once, in order (seed ${SEED})`,
  { timeout: 120_000 },
  async () => {
    const random = randomOf(SEED);
    const folder = await mkdtemp(join(tmpdir(), 'kraken-log-'));
    const acknowledged: string[] = [];
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const appender = spawn(process.execPath, [APPENDER, folder, `${kill}`], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const closed = once(appender, 'close');
        const lines = createInterface(appender.stdout);
        lines.on('line', (line) => acknowledged.push(line));
        await once(lines, 'line');
        await sleep(random() * 100);
        appender.kill('SIGKILL');
        await closed;
      }
      const log = await openFileLog(folder, 'a test');
      const read: string[] = [];
      for (let from = 0; ;) {
        const { records, next } = await log.read({ stream: 'views', partition: 0 }, from, 100_000);
        read.push(...records.map(({ value }) => Buffer.from(value).toString().trim()));
        if (next === from) break;
        from = next;
      }
      await log.close();
      assert.ok(acknowledged.length > KILLS);
      assert.equal(new Set(read).size, read.length, 'nothing is there twice');
      const has = new Set(read);
      assert.deepEqual(
        acknowledged.filter((name) => !has.has(name)),
        [],
        'nothing is lost',
      );
      for (const sender of new Set(read.map(senderOf))) {
        const numbers = read
          .filter((name) => senderOf(name) === sender)
          .map((name) => Number(name.split(' ')[2]));
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        );
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

/** A line is the run, the sender and a number. */
function senderOf(line: string): string {
  return line.split(' ').slice(0, 2).join(' ');
}
