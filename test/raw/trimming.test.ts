import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFileLog, openFileLogReader } from '../../src/log/files/open.ts';
import { openLoader } from '../../src/raw/open-loader.ts';
import { startTrimming } from '../../src/setup/start-trimming.ts';
import { streamOf } from '../../src/streams/read-stream.ts';
import { until } from '../support/until.ts';

const BRIEF = {
  ...streamOf({ stream: 'brief', title: 'Brief', owner: 'a test', fields: { n: 'integer' } }),
  retentionMs: 1,
};
const PLACE = { stream: 'brief', partition: 0 };

void test('the writer of the log trims what a loader elsewhere has committed, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-trim-'));
  const [lake, place] = [join(folder, 'lake'), join(folder, 'log')];
  const written = await openFileLog(place, 'a collector', { segmentBytes: 1_000 });
  const streams = () => new Map([[BRIEF.name, BRIEF]]);
  const failures: Error[] = [];
  const stop = startTrimming({
    log: written,
    lake,
    streams,
    failed: (error) => failures.push(error),
    everyMs: 20,
  });
  const append = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const meta = { stream: 'brief', id: `e${n}`, dt: new Date().toISOString() };
      await written.append('brief', [Buffer.from(JSON.stringify({ meta, n }))]);
    }
  };
  // A loader that reads the log beside its writer, as kraken load does.
  const log = openFileLogReader(place);
  const open = await openLoader({
    lake,
    log,
    streams,
    holder: 'a loader',
    signal: AbortSignal.timeout(5_000),
  });
  try {
    await append(50);
    await sleep(100);
    assert.equal((await written.ends(PLACE)).first, 0, 'nothing is trimmed that is not loaded');
    await open.loader.round(new AbortController().signal);
    await until('what is loaded is trimmed', async () => (await written.ends(PLACE)).first >= 50, 10_000);
    assert.equal((await written.ends(PLACE)).first, 50);
    await append(3);
    await sleep(100);
    assert.equal((await written.ends(PLACE)).first, 50);
    assert.deepEqual(failures, []);
  } finally {
    await stop();
    await open.close();
    await log.close();
    await written.close();
    await rm(folder, { recursive: true });
  }
});
