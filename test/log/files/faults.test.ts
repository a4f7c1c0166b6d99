import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventLogReader } from '../../../src/log/event-log.ts';
import { LogFullError, LogLockedError, LogWriteError } from '../../../src/log/log-errors.ts';
import { FILE_LOG_SETTINGS, FileLog, type FileLogSettings } from '../../../src/log/files/file-log.ts';
import type { WriterLock } from '../../../src/log/files/writer-lock.ts';
import { ModelDisk, type Run } from '../../support/model-disk.ts';
import { randomOf } from '../../support/random.ts';

const PARTITION = { stream: 'views', partition: 0 };
const random = randomOf(1);

/** A disk in memory, on which a test lets syncs and writes fail. */
class Place {
  readonly model = new ModelDisk();
  onSync: NonNullable<Run['onSync']> = () => 'done';
  onWrite: NonNullable<Run['onWrite']> = () => undefined;
  nowMs = 1_000_000;
  syncs = 0;

  open(settings: Partial<FileLogSettings> = {}, assertHeld = async () => undefined): Promise<FileLog> {
    const onSync: Run['onSync'] = (path) => {
      if (path.endsWith('.log')) this.syncs++;
      return this.onSync(path);
    };
    const lock: WriterLock = { assertHeld, release: () => Promise.resolve() };
    return FileLog.open({
      folder: '/log',
      disk: this.model.start({ random, onSync, onWrite: (...args) => this.onWrite(...args) }),
      timing: { now: () => this.nowMs, after: () => () => undefined },
      randomTag: () => Buffer.from(Array.from({ length: 8 }, () => Math.floor(random() * 256))),
      lock: () => Promise.resolve(lock),
      settings: { ...FILE_LOG_SETTINGS, ...settings },
    });
  }

  losePower(): void {
    this.model.losePower(() => false);
  }
}

const isSegment = (path: string) => path.endsWith('.log');
const bytes = (...texts: readonly string[]) => texts.map((text) => Buffer.from(text));

async function texts(log: EventLogReader): Promise<string[]> {
  const { first } = await log.ends(PARTITION);
  const found: string[] = [];
  for (let from = first; ;) {
    const { records, next } = await log.read(PARTITION, from, 1_000_000);
    if (next === from) return found;
    found.push(...records.map(({ value }) => Buffer.from(value).toString()));
    from = next;
  }
}

void describe('the embedded event log on a disk that fails', () => {
  void it('a sync that fails: its batch is refused, and later ones are durable in another segment', async () => {
    const place = new Place();
    const log = await place.open();
    await log.append('views', bytes('a'));
    place.onSync = (path) => (isSegment(path) ? 'failed' : 'done');
    await assert.rejects(log.append('views', bytes('refused')), LogWriteError);
    await assert.rejects(log.append('views', bytes('refused, too')), LogWriteError);
    place.onSync = () => 'done';
    assert.equal((await log.append('views', bytes('b'))).first, 1);
    assert.deepEqual(await texts(log), ['a', 'b']);
    place.losePower();
    assert.deepEqual(await texts(await place.open()), ['a', 'b']);
  });

  void it('a sync that fails before the process dies: the next process makes what it finds durable, though a sync alone would not write it', async () => {
    const place = new Place();
    const log = await place.open();
    await log.append('views', bytes('a'));
    place.onSync = (path) => (isSegment(path) ? 'failed' : 'done');
    await assert.rejects(log.append('views', bytes('found')), LogWriteError);
    place.onSync = () => 'done';
    const next = await place.open();
    assert.deepEqual(await texts(next), ['a', 'found']);
    await next.append('views', bytes('b'));
    place.losePower();
    assert.deepEqual(await texts(await place.open()), ['a', 'found', 'b']);
  });

  void it('a new segment that could not be made durable after everything was trimmed: no position is given again', async () => {
    const place = new Place();
    const log = await place.open();
    await log.append('views', bytes('a', 'b'));
    place.nowMs += 1_000;
    assert.equal(await log.trim(PARTITION, { committed: 2, keepMs: 1 }), 2);
    place.onSync = (path) => (isSegment(path) ? 'failed' : 'done');
    await assert.rejects(log.append('views', bytes('refused')), LogWriteError);
    place.onSync = () => 'done';
    place.losePower();
    const next = await place.open();
    assert.equal((await next.append('views', bytes('c'))).first, 2);
  });

  void it('no space: the log reports that it is full, and goes on when there is space', async () => {
    const place = new Place();
    const log = await place.open();
    await log.append('views', bytes('a'));
    place.onWrite = (path) => (isSegment(path) ? 'ENOSPC' : undefined);
    await assert.rejects(log.append('views', bytes('refused')), LogFullError);
    place.onWrite = () => undefined;
    await log.append('views', bytes('b'));
    assert.deepEqual(await texts(log), ['a', 'b']);
  });

  void it('a mark that cannot be written delays nobody', async () => {
    const place = new Place();
    place.onWrite = (path) => (isSegment(path) ? undefined : 'EIO');
    const log = await place.open();
    await log.append('views', bytes('a'));
    await log.append('views', bytes('b'));
    assert.deepEqual(await texts(await place.open()), ['a', 'b']);
  });

  void it('a full log refuses at once, and takes more when it was trimmed', async () => {
    const place = new Place();
    const log = await place.open({ maxBytes: 10_000, segmentBytes: 2_000 });
    const batch = [Buffer.alloc(900)];
    const accept = async (): Promise<number> => {
      for (let count = 0; ; count++) {
        try {
          await log.append('views', batch);
        } catch (error) {
          assert.ok(error instanceof LogFullError);
          return count;
        }
      }
    };
    const accepted = await accept();
    assert.ok(accepted >= 9 && accepted <= 11, `${accepted}`);
    await assert.rejects(log.append('other', batch), LogFullError, 'all streams together');
    const { next } = await log.ends(PARTITION);
    await log.trim(PARTITION, { committed: next, keepBytes: 4_000 });
    const more = await accept();
    assert.ok(more >= 5 && more <= 7, `${more}`);
    const reopened = await place.open({ maxBytes: 10_000 });
    await assert.rejects(reopened.append('views', [Buffer.alloc(1_500)]), LogFullError);
  });
});

void describe('the one writer of an embedded event log', () => {
  void it('writes appends of one moment with one sync', async () => {
    const place = new Place();
    const log = await place.open();
    await log.append('views', bytes('first'));
    const before = place.syncs;
    await Promise.all(Array.from({ length: 64 }, () => log.append('views', bytes('a', 'b'))));
    assert.equal(place.syncs - before, 1);
    assert.equal((await texts(log)).length, 129);
  });

  void it('acknowledges nothing after another writer has taken over, and damages nothing', async () => {
    const place = new Place();
    let isLost = false;
    const old = await place.open({}, async () => {
      if (isLost) throw new Error('the lease was lost');
    });
    await old.append('views', bytes('a'));
    // The process stands still here, for longer than the lease lasts.
    isLost = true;
    place.nowMs += 60_000;
    const heir = await place.open();
    await heir.append('views', bytes('b'));
    await assert.rejects(old.append('views', bytes('refused')), LogLockedError);
    await assert.rejects(old.append('views', bytes('refused')), LogLockedError);
    await assert.rejects(old.trim(PARTITION, { committed: 'ignored', keepMs: 1 }), LogLockedError);
    await heir.append('views', bytes('c'));
    assert.deepEqual(await texts(heir), ['a', 'b', 'c']);
    assert.deepEqual(await texts(await place.open()), ['a', 'b', 'c']);
  });

  void it('removes whole segments only, the oldest, as far as the loader has them', async () => {
    const place = new Place();
    const log = await place.open({ segmentBytes: 1_000, segmentMs: 5_000 });
    for (let count = 0; count < 10; count++) {
      await log.append('views', [Buffer.alloc(400)]);
      place.nowMs += 1_000;
    }
    assert.equal(await log.trim(PARTITION, { committed: 5, keepBytes: 0 }), 4);
    assert.equal(await log.trim(PARTITION, { committed: 10, keepMs: 5_500 }), 4);
    assert.equal(await log.trim(PARTITION, { committed: 10, keepMs: 4_500 }), 6);
    assert.equal(await log.trim(PARTITION, { committed: 10, keepMs: 0 }), 10);
  });
});
