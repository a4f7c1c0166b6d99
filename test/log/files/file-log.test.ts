import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AppendTooLargeError, LogBusyError, LogLockedError } from '../../../src/log/log-errors.ts';
import { openFileLog, openFileLogReader } from '../../../src/log/files/open.ts';
import { eventLogConformance } from '../conformance.ts';

eventLogConformance('in files', async () => {
  const place = await mkdtemp(join(tmpdir(), 'kraken-log-'));
  const folder = join(place, 'log');
  // Small segments: most tests then go over several.
  const open = () => openFileLog(folder, 'a test', { segmentBytes: 2_000 });
  let log = await open();
  const reopen = async () => {
    await log.close();
    return (log = await open());
  };
  const close = () => log.close().then(() => rm(place, { recursive: true }));
  return { log, reopen, reader: () => openFileLogReader(folder), close };
});

void describe('the embedded event log', () => {
  let place: string;
  beforeEach(async () => (place = await mkdtemp(join(tmpdir(), 'kraken-log-'))));
  afterEach(() => rm(place, { recursive: true }));

  void it('has one writer: the error of a second one names the first', async () => {
    const log = await openFileLog(place, 'kraken serve --collect');
    await assert.rejects(openFileLog(place, 'another'), (error) => {
      assert.ok(error instanceof LogLockedError);
      assert.match(error.message, /another process writes the event log in .*: kraken serve --collect/);
      return true;
    });
    await log.close();
    await (await openFileLog(place, 'another')).close();
  });

  void it('refuses an append at once when too much waits in memory, and takes it when there is room', async () => {
    const log = await openFileLog(place, 'a test', { maxQueuedBytes: 50_000, maxAppendBytes: 40_000 });
    const batch = [Buffer.alloc(30_000)];
    const first = log.append('views', batch);
    await log.append('views', batch).then(
      () => assert.fail('it was accepted'),
      (error: unknown) => assert.ok(error instanceof LogBusyError),
    );
    await first;
    await log.append('views', batch);
    await assert.rejects(log.append('views', [Buffer.alloc(40_000)]), AppendTooLargeError);
    await log.close();
  });
});
