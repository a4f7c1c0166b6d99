import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog, EventLogReader, LogRecord } from '../../src/log/event-log.ts';
import {
  EventLogError,
  LogClosedError,
  PositionGoneError,
  StreamNameError,
} from '../../src/log/log-errors.ts';
import { until } from '../support/until.ts';

/** A log that is empty at first, with what keeps its data. */
export interface OpenedLog {
  readonly log: EventLog;
  /** Closes the log and opens it again. */
  readonly reopen: () => Promise<EventLog>;
  /** Opens a reader as another process would. */
  readonly reader: () => EventLogReader;
  /** Closes the log and deletes its data. */
  readonly close: () => Promise<void>;
}

const STREAM = 'page.views-1';
const PARTITION = { stream: STREAM, partition: 0 };

/**
 * What every event log must do. A new engine registers in `test/log/ENGINE/ENGINE.test.ts`, with one
 * partition for each stream.
 * @param open returns an empty log at each call
 */
export function eventLogConformance(name: string, open: () => Promise<OpenedLog>): void {
  void describe(`event log ${name}`, { timeout: 120_000 }, () => {
    let opened: OpenedLog;
    let log: EventLog;
    beforeEach(async () => {
      opened = await open();
      log = opened.log;
    });
    afterEach(() => opened.close());

    void it('gives a batch back in order, at the positions that it was answered with', async () => {
      const one = await log.append(STREAM, bytes('a', 'b', 'c'));
      const two = await log.append(STREAM, bytes('d'));
      assert.ok(two.first > one.last);
      assert.deepEqual({ ...one, first: 0, last: 0 }, { ...PARTITION, first: 0, last: 0 });
      const records = await all(log);
      assert.deepEqual(records.map(text), ['a', 'b', 'c', 'd']);
      assert.deepEqual(
        [records[0]?.position, records[2]?.position, records[3]?.position],
        [one.first, one.last, two.first],
      );
    });

    void it('says when each record was appended', async () => {
      const before = Date.now();
      await log.append(STREAM, bytes('a'));
      const [record] = await all(log);
      assert.ok(record && record.timeMs >= before && record.timeMs <= Date.now());
    });

    void it('keeps streams apart, and lists them', async () => {
      assert.deepEqual(await log.streams(), []);
      assert.deepEqual(await log.partitions(STREAM), []);
      await log.append(STREAM, bytes('here'));
      await log.append('Other', bytes('there', 'too'));
      assert.deepEqual((await log.streams()).toSorted(), ['Other', STREAM]);
      assert.deepEqual(await log.partitions('Other'), [{ stream: 'Other', partition: 0 }]);
      assert.deepEqual((await all(log)).map(text), ['here']);
      assert.deepEqual((await all(log, 'Other')).map(text), ['there', 'too']);
    });

    void it('keeps every one of many batches sent at once, each whole, those of one sender in order', async () => {
      const senders = Array.from({ length: 20 }, async (_, sender) => {
        for (let batch = 0; batch < 10; batch++) {
          await log.append(STREAM, bytes(`${sender} ${batch} 0`, `${sender} ${batch} 1`));
        }
      });
      await Promise.all(senders);
      const texts = (await all(log)).map(text);
      assert.equal(texts.length, 400);
      for (let sender = 0; sender < 20; sender++) {
        const own = texts.filter((value) => value.startsWith(`${sender} `));
        assert.deepEqual(
          own,
          Array.from({ length: 20 }, (_, index) => `${sender} ${index >> 1} ${index & 1}`),
        );
      }
      for (let index = 0; index < 400; index += 2) {
        assert.equal(texts[index]?.replace(/0$/, '1'), texts[index + 1]);
      }
    });

    void it('keeps the order of appends that one caller starts without waiting', async () => {
      const values = Array.from({ length: 50 }, (_, index) => `${index}`);
      await Promise.all(values.map((value) => log.append(STREAM, bytes(value))));
      assert.deepEqual((await all(log)).map(text), values);
    });

    void it('keeps bytes as they are: an empty value, every byte value, a million bytes', async () => {
      const values = [Buffer.alloc(0), Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))];
      values.push(Buffer.alloc(1_000_000, 'x'));
      await log.append(STREAM, values);
      const records = await all(log);
      assert.equal(records.length, 3);
      for (const [index, { value }] of records.entries()) {
        assert.ok(values[index]?.equals(value), `${index}`);
      }
    });

    void it('reads from any position on, in pieces of about the size asked for, to the end', async () => {
      const { first } = await log.append(STREAM, bytes('a', 'b', 'c'));
      await log.append(STREAM, bytes('d', 'e'));
      const middle = await log.read(PARTITION, first + 1, 1_000_000);
      assert.deepEqual(middle.records.map(text), ['b', 'c', 'd', 'e']);
      assert.deepEqual(await log.read(PARTITION, middle.next, 1_000), { records: [], next: middle.next });
      assert.equal((await log.ends(PARTITION)).next, middle.next);
      for (let count = 0; count < 100; count++) await log.append(STREAM, [Buffer.alloc(1_000, `${count}`)]);
      const piece = await log.read(PARTITION, middle.next, 10_000);
      assert.ok(piece.records.length >= 1 && piece.records.length < 100);
      assert.equal((await log.read(PARTITION, piece.next, 1)).records.length > 0, true);
      assert.equal((await all(log)).length, 105);
    });

    void it('goes on where it was when it is opened again', async () => {
      const before = await log.append(STREAM, bytes('a', 'b'));
      log = await opened.reopen();
      assert.deepEqual((await all(log)).map(text), ['a', 'b']);
      const after = await log.append(STREAM, bytes('c'));
      assert.ok(after.first > before.last);
      log = await opened.reopen();
      assert.deepEqual((await all(log)).map(text), ['a', 'b', 'c']);
    });

    void it('is read by another process while it is written', async () => {
      const reader = opened.reader();
      try {
        assert.deepEqual(await reader.streams(), []);
        for (const value of ['a', 'b', 'c']) {
          const { last } = await log.append(STREAM, bytes(value));
          await until('it is seen', async () => (await reader.ends(PARTITION)).next > last);
          assert.equal((await all(reader)).map(text).at(-1), value);
        }
      } finally {
        await reader.close();
      }
    });

    void it('trims nothing without a limit, and nothing uncommitted', async () => {
      const { first, last } = await log.append(STREAM, bytes('a', 'b'));
      await sleep(20);
      assert.equal(await log.trim(PARTITION, { committed: 'ignored' }), first);
      assert.equal(await log.trim(PARTITION, { committed: first, keepMs: 1, keepBytes: 0 }), first);
      assert.equal((await log.trim(PARTITION, { committed: last, keepMs: 1 })) <= last, true);
      assert.equal(text((await all(log)).at(-1) as LogRecord), 'b');
    });

    void it('trims by age what is committed, and never gives its positions again', async () => {
      await log.append(STREAM, bytes('a', 'b'));
      const { next } = await log.ends(PARTITION);
      await sleep(20);
      assert.equal(await log.trim(PARTITION, { committed: next, keepMs: 1 }), next);
      assert.deepEqual(await log.ends(PARTITION), { first: next, next });
      log = await opened.reopen();
      assert.deepEqual(await log.ends(PARTITION), { first: next, next });
      const { first } = await log.append(STREAM, bytes('c'));
      assert.ok(first >= next);
      assert.deepEqual((await all(log)).map(text), ['c']);
    });

    void it('trims uncommitted records if the rule ignores the loader', async () => {
      await log.append(STREAM, bytes('a'));
      const { next } = await log.ends(PARTITION);
      await sleep(20);
      assert.equal(await log.trim(PARTITION, { committed: 'ignored', keepMs: 1 }), next);
    });

    void it('reports how much is lost at a trimmed position, and refuses a position beyond the end', async () => {
      const { first } = await log.append(STREAM, bytes('a', 'b'));
      const { next } = await log.ends(PARTITION);
      await assert.rejects(log.read(PARTITION, next + 1, 1_000), PositionGoneError);
      await sleep(20);
      await log.trim(PARTITION, { committed: next, keepMs: 1 });
      await assert.rejects(log.read(PARTITION, first, 1_000), (error) => {
        assert.ok(error instanceof PositionGoneError);
        assert.deepEqual(error.ends, { first: next, next });
        assert.equal(error.asked, first);
        assert.match(
          error.message,
          /is gone: the log starts at \d+; continuing from there skips \d+ positions/,
        );
        return true;
      });
    });

    void it('refuses names that no stream can have, and a batch without values', async () => {
      for (const stream of ['', '.', '..', '_own', 'a/b', 'ä', 'a b', 'x'.repeat(201)]) {
        await assert.rejects(log.append(stream, bytes('a')), StreamNameError);
      }
      await assert.rejects(log.append(STREAM, []), RangeError);
      assert.deepEqual(await log.streams(), []);
    });

    void it('finishes accepted appends when it is closed, and then refuses everything', async () => {
      const appends = ['a', 'b', 'c'].map((value) => log.append(STREAM, bytes(value)));
      const results = Promise.allSettled(appends);
      await log.close();
      const done = (await results).filter(({ status }) => status === 'fulfilled').length;
      await assert.rejects(log.append(STREAM, bytes('d')), LogClosedError);
      await assert.rejects(log.read(PARTITION, 0, 1_000), EventLogError);
      await assert.rejects(log.trim(PARTITION, { committed: 0 }), LogClosedError);
      log = await opened.reopen();
      assert.equal((await all(log)).length >= done, true);
    });
  });
}

function bytes(...texts: readonly string[]): Buffer[] {
  return texts.map((value) => Buffer.from(value));
}

function text({ value }: LogRecord): string {
  return Buffer.from(value).toString();
}

/** Returns all records of a stream. */
async function all(log: EventLogReader, stream = STREAM): Promise<LogRecord[]> {
  const partition = { stream, partition: 0 };
  const records: LogRecord[] = [];
  let { first: from } = await log.ends(partition);
  for (;;) {
    const batch = await log.read(partition, from, 50_000);
    records.push(...batch.records);
    if (batch.next === from) return records;
    from = batch.next;
  }
}
