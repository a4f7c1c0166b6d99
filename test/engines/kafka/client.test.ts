import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { classPath } from '../../../engines/class-path.ts';
import { ROOT } from '../../../engines/folders.ts';
import { findTools } from '../../../engines/tools.ts';
import type { EventLogReader, LogRecord } from '../../../src/log/event-log.ts';
import { openKafkaTopic } from '../../../src/log/kafka/open.ts';
import { kafkaBrokers } from './kafka-place.ts';

/*
 * What a client of Kafka has to do for the event log, each case one that some client fails. Kafka's
 * own client fills the topics (Fill.java). A new version of the client, or another one, has to pass.
 */

const run = promisify(execFile);
const prefix = `f${randomBytes(5).toString('hex')}`;
const IN_2020 = 1_577_836_800_000;

interface Seen {
  readonly records: readonly LogRecord[];
  readonly texts: readonly string[];
  readonly ends: { readonly first: number; readonly next: number };
  /** Where reading has ended. */
  readonly next: number;
}

/** All that is to be read of a topic, in pieces. */
async function readAll(
  name: string,
  maxBytes = 1_000_000,
  isolation: 'committed' | 'uncommitted' = 'committed',
): Promise<Seen> {
  return withTopic(name, isolation, async (log, partition) => {
    const records: LogRecord[] = [];
    const ends = await log.ends(partition);
    let next = ends.first;
    for (;;) {
      const batch = await log.read(partition, next, maxBytes);
      // Who sees no records takes it for the end.
      if (batch.records.length === 0) return { records, texts: records.map(text), ends, next: batch.next };
      records.push(...batch.records);
      ({ next } = batch);
    }
  });
}

async function withTopic<T>(
  name: string,
  isolation: 'committed' | 'uncommitted',
  work: (log: EventLogReader, partition: { stream: string; partition: number }) => Promise<T>,
): Promise<T> {
  const topic = `${prefix}${name}`;
  const log = await openKafkaTopic(`${kafkaBrokers()}/${topic}`, isolation);
  try {
    assert.deepEqual(await log.streams(), [topic]);
    assert.deepEqual(await log.partitions(topic), [{ stream: topic, partition: 0 }]);
    return await work(log, { stream: topic, partition: 0 });
  } finally {
    await log.close();
  }
}

function text({ value }: LogRecord): string {
  return Buffer.from(value).toString();
}

function kept(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `kept ${index}`);
}

void describe('topics that others fill', () => {
  before(async () => {
    const tools = await findTools();
    const jars = await classPath('kafka', tools, () => undefined);
    const program = join(ROOT, 'test', 'engines', 'kafka', 'Fill.java');
    await run(tools.java, ['-cp', jars, program, kafkaBrokers().slice(2), prefix], { timeout: 180_000 });
  });

  for (const codec of ['gzip', 'snappy', 'lz4', 'zstd']) {
    void it(`are read where they are compressed with ${codec}`, async () => {
      const { texts, records, next, ends } = await readAll(codec);
      assert.equal(texts.length, 1001);
      for (let index = 0; index < 1000; index++) {
        assert.equal(texts[index], `kept ${'long and alike '.repeat(20)} ${index}`);
        assert.equal(records[index]?.position, index);
      }
      assert.equal(texts[1000]?.length, 100_005);
      assert.equal(next, ends.next);
    });
  }

  void it('are read from the middle of a compressed batch', async () => {
    await withTopic('zstd', 'committed', async (log, partition) => {
      const { records } = await log.read(partition, 250, 1);
      assert.equal(records[0]?.position, 250);
      assert.match(records.map(text)[0] ?? '', / 250$/);
    });
  });

  void it('give no record of an aborted transaction, be there several of one producer in an answer', async () => {
    for (const maxBytes of [1, 200, 1_000_000]) {
      const { texts, records, next, ends } = await readAll('aborted', maxBytes);
      assert.deepEqual(texts, kept(22));
      // Their marks leave gaps, and the last thing that is there is one.
      assert.ok((records.at(-1)?.position as number) + 1 < ends.next);
      assert.equal(next, ends.next);
    }
  });

  void it('give none either where a transaction is larger than an answer', async () => {
    for (const maxBytes of [1, 5_000, 50_000, 1_000_000]) {
      const { texts, next, ends } = await readAll('long', maxBytes);
      assert.deepEqual(texts, kept(15));
      assert.equal(next, ends.next);
    }
  });

  void it('end where a transaction is open, which is no lag; its records are read by who asks for them', async () => {
    const committed = await readAll('open');
    assert.deepEqual(committed.texts, kept(5));
    assert.deepEqual([committed.next, committed.ends.next], [5, 5]);
    const all = await readAll('open', 1_000_000, 'uncommitted');
    assert.deepEqual(all.texts.slice(5), ['open 0', 'open 1', 'behind']);
    assert.equal(all.next, all.ends.next);
    const aborted = await readAll('aborted', 1_000_000, 'uncommitted');
    assert.equal(aborted.texts.filter((value) => value.startsWith('gone')).length, 9);
  });

  void it('have the time that the producer gave, or the broker’s where the topic says so', async () => {
    const created = await readAll('created');
    assert.deepEqual(
      created.records.map(({ timeMs }) => timeMs),
      [IN_2020, IN_2020 + 1_000, IN_2020 + 2_000],
    );
    const appended = await readAll('appended');
    assert.deepEqual(appended.texts, kept(3));
    for (const { timeMs } of appended.records) assert.ok(Math.abs(Date.now() - timeMs) < 600_000);
  });

  void it('may have keys and headers; a deletion is no record', async () => {
    const { texts, records, ends } = await readAll('odd');
    assert.deepEqual(texts, kept(2));
    assert.deepEqual(
      records.map(({ position }) => position),
      [0, 2],
    );
    assert.equal(ends.next, 3);
  });

  void it('say where the first record of a time or later is, and that there is none', async (t) => {
    const topic = `${prefix}created`;
    const log = await openKafkaTopic(`${kafkaBrokers()}/${topic}`);
    t.after(() => log.close());
    const partition = { stream: topic, partition: 0 };
    assert.equal(await log.positionAt(partition, IN_2020 + 500), 1);
    assert.equal(await log.positionAt(partition, IN_2020 + 2_001), undefined);
  });

  void it('are no streams of a log, nor is a topic that is not there', async (t) => {
    const log = await openKafkaTopic(`${kafkaBrokers()}/${prefix}absent`);
    t.after(() => log.close());
    assert.deepEqual(await log.partitions(`${prefix}absent`), []);
    assert.deepEqual(await log.streams(), []);
    assert.deepEqual(await log.ends({ stream: `${prefix}absent`, partition: 0 }), { first: 0, next: 0 });
    assert.deepEqual(await log.read({ stream: `${prefix}absent`, partition: 0 }, 7, 100), {
      records: [],
      next: 7,
    });
  });
});
