import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { LogDamageError, EventLogError, PositionGoneError } from '../../../src/log/log-errors.ts';
import { HEADER_BYTES } from '../../../src/log/files/format.ts';
import { openFileLog } from '../../../src/log/files/open.ts';

const PARTITION = { stream: 'views', partition: 0 };
/** The length of a frame with two values of 100 bytes. */
const FRAME = 44 + 2 * 104;

/**
 * Each way in which a segment can be damaged, and what the log makes of it. The segment first holds ten
 * frames of two records each, positions 0 to 19, each frame made durable by itself.
 */
void describe('an embedded event log that was damaged', () => {
  let place: string;
  let segment: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'kraken-log-'));
    segment = await fill(10);
  });
  afterEach(() => rm(place, { recursive: true }));

  /** Appends to the log, and closes it. @returns the path of its last segment */
  async function fill(batches: number): Promise<string> {
    const log = await open();
    for (let batch = 0; batch < batches; batch++) {
      await log.append('views', [Buffer.alloc(100, `${2 * batch}.`), Buffer.alloc(100, `${2 * batch + 1}.`)]);
    }
    await log.close();
    const names = await readdir(join(place, 'views'));
    return join(
      place,
      'views',
      names
        .filter((name) => name.endsWith('.log'))
        .toSorted()
        .at(-1) as string,
    );
  }

  function open(): ReturnType<typeof openFileLog> {
    return openFileLog(place, 'a test');
  }

  async function flip(path: string, at: number): Promise<void> {
    const bytes = await readFile(path);
    bytes[at] = (bytes[at] as number) ^ 1;
    await writeFile(path, bytes);
  }

  /** Damages the segment as a loss of power may. */
  function forgetMark(): Promise<void> {
    return rm(join(place, 'views', '_durable'));
  }

  /**
   * Opens the log, reads it over all damage and appends one more.
   * @returns the damage as `from-to`, what was read as positions, and where the new record is
   */
  async function tell(): Promise<{ damage: string[]; read: number[]; appended: number }> {
    const log = await open();
    const damage: string[] = [];
    const read: number[] = [];
    const { first: appended } = await log.append('views', [Buffer.from('new')]);
    let { first: from } = await log.ends(PARTITION);
    for (let end = false; !end;) {
      try {
        const { records, next } = await log.read(PARTITION, from, 700);
        for (const { position, value } of records) {
          if (position < Math.min(20, appended))
            assert.ok(Buffer.from(value).toString().startsWith(`${position}.`));
          read.push(position);
        }
        end = next === from;
        from = next;
      } catch (error) {
        assert.ok(error instanceof LogDamageError);
        damage.push(`${error.from}-${error.to}`);
        from = error.to;
      }
    }
    await log.close();
    return { damage, read, appended };
  }

  const whole = Array.from({ length: 20 }, (_, position) => position);
  const without = (from: number, to: number) => whole.filter((position) => position < from || position >= to);

  void it('undamaged: everything is read, and appending goes on behind it', async () => {
    assert.deepEqual(await tell(), { damage: [], read: [...whole, 20], appended: 20 });
  });

  void it('a partial frame at the end that was never acknowledged: it is cut', async () => {
    await truncate(segment, HEADER_BYTES + 9 * FRAME + 50);
    await forgetMark();
    assert.deepEqual(await tell(), { damage: [], read: [...without(18, 20), 18], appended: 18 });
    assert.equal((await stat(segment)).size, HEADER_BYTES + 9 * FRAME);
  });

  void it('a frame at the end that lost bytes after it was acknowledged: its positions are reported', async () => {
    await truncate(segment, HEADER_BYTES + 9 * FRAME + 50);
    assert.deepEqual(await tell(), { damage: ['18-20'], read: [...without(18, 20), 20], appended: 20 });
  });

  void it('an end that lost whole acknowledged frames: their positions are reported', async () => {
    await truncate(segment, HEADER_BYTES + 7 * FRAME);
    assert.deepEqual(await tell(), { damage: ['14-20'], read: [...without(14, 20), 20], appended: 20 });
  });

  for (const [what, at] of [
    ['tag', 0],
    ['checksum', 8],
    ['length', 13],
    ['length, which becomes longer than the file', 15],
    ['count', 16],
    ['position', 20],
    ['first value', 60],
  ] as const) {
    void it(`a bit in the ${what} of a frame in the middle: its two positions are reported`, async () => {
      await flip(segment, HEADER_BYTES + 4 * FRAME + at);
      await forgetMark();
      assert.deepEqual(await tell(), { damage: ['8-10'], read: [...without(8, 10), 20], appended: 20 });
    });
  }

  void it('zeros over several frames: all of their positions are reported at once', async () => {
    const bytes = await readFile(segment);
    bytes.fill(0, HEADER_BYTES + 2 * FRAME + 10, HEADER_BYTES + 5 * FRAME + 10);
    await writeFile(segment, bytes);
    await forgetMark();
    assert.deepEqual(await tell(), { damage: ['4-12'], read: [...without(4, 12), 20], appended: 20 });
  });

  void it('a flipped bit in the header: nothing is lost', async () => {
    await flip(segment, 20);
    assert.deepEqual(await tell(), { damage: [], read: [...whole, 20], appended: 20 });
  });

  void it('the header and the first frame damaged: the records of the segment are gone, and no position is given again', async () => {
    await fill(1);
    await flip(segment, 20);
    await flip(segment, HEADER_BYTES + 100);
    const log = await open();
    assert.deepEqual(await log.ends(PARTITION), { first: 20, next: 22 });
    await assert.rejects(log.read(PARTITION, 0, 1_000), PositionGoneError);
    await log.close();
  });

  void it('a missing segment between others: its positions are reported', async () => {
    const second = await fill(10);
    await fill(1);
    await rm(second);
    const { damage, read } = await tell();
    assert.deepEqual(damage, ['20-40']);
    assert.deepEqual(read.length, 20 + 2 + 1);
  });

  void it('bytes behind the end that are no frame: they are cut', async () => {
    await writeFile(segment, Buffer.alloc(10_000, 'rest'), { flag: 'a' });
    assert.deepEqual(await tell(), { damage: [], read: [...whole, 20], appended: 20 });
    assert.equal((await stat(segment)).size, HEADER_BYTES + 10 * FRAME);
  });

  void it('a frame of another segment in a value is never taken for one of this', async () => {
    const bytes = await readFile(segment);
    const log = await open();
    await log.append('views', [Buffer.from('before')]);
    await log.append('views', [bytes.subarray(HEADER_BYTES + 9 * FRAME, HEADER_BYTES + 10 * FRAME)]);
    await log.append('views', [Buffer.from('after')]);
    await log.close();
    await flip(join(place, 'views', '000000000002.log'), HEADER_BYTES + 44 + 4 + 6 + 30);
    const again = await open();
    await assert.rejects(again.read(PARTITION, 21, 1_000), { name: 'LogDamageError', from: 21, to: 22 });
    await again.close();
  });

  void it('a newer format: the log is not opened, and says why', async () => {
    const bytes = await readFile(segment);
    bytes.writeUInt32LE(2, 12);
    const { crc32 } = await import('node:zlib');
    bytes.writeUInt32LE(crc32(bytes.subarray(12, HEADER_BYTES)), 8);
    await writeFile(segment, bytes);
    await assert.rejects(open(), (error) => {
      assert.ok(error instanceof EventLogError);
      assert.match(error.message, /has format 2, but this version of Kraken reads only format 1/);
      return true;
    });
    await assert.rejects(open(), /has format 2/, 'the lock was given back');
  });
});
