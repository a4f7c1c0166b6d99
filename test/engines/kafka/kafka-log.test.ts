import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deleteTopicsV6 } from '@platformatic/kafka';
import type { EventLogReader, LogRecord } from '../../../src/log/event-log.ts';
import { AppendTooLargeError, LogWriteError, PositionGoneError } from '../../../src/log/log-errors.ts';
import { parseKafkaAddress, prefixOf, type BrokerPlace } from '../../../src/log/kafka/address.ts';
import { Broker } from '../../../src/log/kafka/broker.ts';
import { Cluster } from '../../../src/log/kafka/cluster.ts';
import { KafkaLog } from '../../../src/log/kafka/kafka-log.ts';
import { KAFKA_LOG_SETTINGS } from '../../../src/log/kafka/kafka-log-settings.ts';
import { openKafkaLog } from '../../../src/log/kafka/open.ts';
import { openEventLog, openEventLogReader } from '../../../src/config/engines.ts';
import { kafkaBrokers, kafkaPlace } from './kafka-place.ts';
import { until } from '../../support/until.ts';

const PARTITION = { stream: 'views', partition: 0 };

async function deleteTopic(name: string): Promise<void> {
  const { host, port } = parseKafkaAddress(kafkaBrokers()).brokers[0] as BrokerPlace;
  const broker = new Broker({ host, port }, {});
  await broker.call(deleteTopicsV6.api, [[{ name }], 10_000], performance.now() + 10_000);
  broker.close();
}

/** What Kafka alone does; what every event log does is in the conformance suite. */
void describe('the event log in Kafka', () => {
  let cluster: Cluster;
  const opened: EventLogReader[] = [];
  before(() => {
    cluster = new Cluster(parseKafkaAddress(kafkaBrokers()).brokers, {});
  });
  after(async () => {
    for (const log of opened) await log.close();
    cluster.close();
  });

  function closing<Log extends EventLogReader>(log: Log): Log {
    opened.push(log);
    return log;
  }

  /** A topic that somebody else has made for a stream. */
  async function makeTopic(place: string, stream: string, configs: Record<string, string>): Promise<void> {
    const name = `${prefixOf(parseKafkaAddress(place))}.${stream}`;
    const deadline = performance.now() + 10_000;
    await cluster.create({ name, partitions: 1, replication: 1, configs }, deadline);
    await until('the topic is there', async () => (await cluster.partitions(name, deadline)).length > 0);
  }

  void it('is opened by its address', async () => {
    const address = `kafka:${kafkaPlace()}`;
    const log = closing(await openEventLog(address, 'a test'));
    const { first } = await log.append('views', [Buffer.from('a')]);
    const reader = closing(await openEventLogReader(address));
    const { records } = await reader.read(PARTITION, first, 1_000);
    assert.equal(records.length, 1);
  });

  void it('spreads appends over the partitions of a stream, each append in one of them', async () => {
    const log = closing(await openKafkaLog(kafkaPlace('?partitions=3&replication=1')));
    const appended = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        log.append('views', [Buffer.from(`${index} a`), Buffer.from(`${index} b`)]),
      ),
    );
    const partitions = await log.partitions('views');
    assert.deepEqual(
      partitions.map(({ partition }) => partition),
      [0, 1, 2],
    );
    const texts = new Map<string, string>();
    for (const partition of partitions) {
      const { records } = await log.read(partition, 0, 1_000_000);
      assert.ok(records.length > 0);
      for (const { position, value } of records) {
        texts.set(`${partition.partition}/${position}`, Buffer.from(value).toString());
      }
    }
    assert.equal(texts.size, 120);
    for (const [index, { partition, first, last }] of appended.entries()) {
      assert.equal(texts.get(`${partition}/${first}`), `${index} a`);
      assert.equal(texts.get(`${partition}/${last}`), `${index} b`);
    }
  });

  void it('puts what has the same key into the same partition, from whichever process it comes', async () => {
    const place = kafkaPlace('?partitions=3&replication=1');
    const keys = Array.from({ length: 30 }, (_, number) => `event ${number}`);
    const found = new Map<string, Set<number>>();
    for (const _ of [1, 2]) {
      const log = closing(await openKafkaLog(place));
      await log.append(
        'views',
        keys.map((key) => Buffer.from(key)),
        keys,
      );
    }
    const reader = closing(await openKafkaLog(place));
    let records = 0;
    for (const partition of await reader.partitions('views')) {
      const read = await reader.read(partition, 0, 1_000_000);
      records += read.records.length;
      for (const { value } of read.records) {
        const key = Buffer.from(value).toString();
        found.set(key, (found.get(key) ?? new Set()).add(partition.partition));
      }
    }
    assert.equal(records, 60);
    assert.ok([...found.values()].every((partitions) => partitions.size === 1));
    assert.deepEqual(new Set([...found.values()].flatMap((all) => [...all])), new Set([0, 1, 2]));
  });

  void it('refuses a batch that is too large, and takes one of eight megabytes', async () => {
    const log = closing(await openKafkaLog(kafkaPlace()));
    await assert.rejects(log.append('views', [Buffer.alloc(8 * 2 ** 20)]), AppendTooLargeError);
    const { first } = await log.append('views', [Buffer.alloc(8 * 2 ** 20 - 1_000, 'x')]);
    const { records } = await log.read(PARTITION, first, 1);
    assert.equal(records[0]?.value.length, 8 * 2 ** 20 - 1_000);
  });

  void it('sends less at once where a topic takes less; a batch that is too large alone is refused alone', async () => {
    const place = kafkaPlace();
    await makeTopic(place, 'views', { 'max.message.bytes': '20000' });
    const log = closing(await openKafkaLog(place));
    const append = (bytes: number) => log.append('views', [Buffer.alloc(bytes, 'x')]);
    const results = await Promise.allSettled([5_000, 6_000, 7_000, 30_000, 8_000, 9_000].map(append));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
    const refused = results[3] as PromiseRejectedResult;
    assert.ok(refused.reason instanceof LogWriteError);
    assert.match(
      refused.reason.message,
      /is more than the topic .*\.views takes: see its max\.message\.bytes/,
    );
    const { records } = await log.read(PARTITION, 0, 1_000_000);
    assert.deepEqual(
      records.map(({ value }) => value.length),
      [5_000, 6_000, 7_000, 8_000, 9_000],
    );
  });

  void it('is not held up by a clock that is wrong, but where a topic goes by it, which then has nothing of it', async () => {
    const place = kafkaPlace();
    const prefix = prefixOf(parseKafkaAddress(place));
    const names = {
      topicOf: (stream: string) => `${prefix}.${stream}`,
      streamOf: (topic: string) => topic.slice(prefix.length + 1),
    };
    let aheadMs = 2 * 3_600_000;
    const log = new KafkaLog(cluster, {
      names,
      callMs: 10_000,
      isolation: 'committed',
      clock: { now: () => Date.now() + aheadMs },
      settings: KAFKA_LOG_SETTINGS,
      newTopic: { partitions: 1, replication: 1 },
    });
    await log.append('ours', [Buffer.from('a')]);
    const { records } = await log.read({ stream: 'ours', partition: 0 }, 0, 1_000);
    assert.ok(Math.abs((records[0] as LogRecord).timeMs - Date.now()) < 600_000);
    await makeTopic(place, 'theirs', { 'message.timestamp.type': 'CreateTime' });
    await assert.rejects(log.append('theirs', [Buffer.from('a'), Buffer.from('b')]), (error) => {
      assert.ok(error instanceof LogWriteError);
      assert.match(error.message, /INVALID_TIMESTAMP/);
      return true;
    });
    aheadMs = 0;
    const { first } = await log.append('theirs', [Buffer.from('c')]);
    assert.equal(first, 0);
  });

  void it('makes a stream anew whose topic was deleted', async () => {
    const place = kafkaPlace();
    const log = closing(await openKafkaLog(place));
    await log.append('views', [Buffer.from('a')]);
    await deleteTopic(`${prefixOf(parseKafkaAddress(place))}.views`);
    const until = performance.now() + 10_000;
    for (;;) {
      try {
        await log.append('views', [Buffer.from('b')]);
        break;
      } catch (error) {
        assert.ok(error instanceof LogWriteError && performance.now() < until, String(error));
      }
    }
    const { records } = await log.read(PARTITION, 0, 1_000);
    assert.deepEqual(
      records.map(({ value }) => Buffer.from(value).toString()),
      ['b'],
    );
  });

  void it('says which two streams Kafka can’t tell apart', async () => {
    const log = closing(await openKafkaLog(kafkaPlace()));
    await log.append('page.views', [Buffer.from('a')]);
    await assert.rejects(log.append('page_views', [Buffer.from('a')]), (error) => {
      assert.ok(error instanceof LogWriteError);
      assert.match(error.message, /collides with existing topic.*page\.views/);
      return true;
    });
  });

  void it('trims to the record by age, never beyond what is committed, and nothing by size', async () => {
    const log = closing(await openKafkaLog(kafkaPlace()));
    const old = await log.append('views', [Buffer.from('a'), Buffer.from('b')]);
    await sleep(1_500);
    const young = await log.append('views', [Buffer.from('c')]);
    assert.equal(await log.trim(PARTITION, { committed: 'ignored', keepBytes: 0 }), old.first);
    assert.equal(await log.trim(PARTITION, { committed: old.last, keepMs: 1_000 }), old.last);
    assert.equal(await log.trim(PARTITION, { committed: 'ignored', keepMs: 1_000 }), young.first);
    await assert.rejects(log.read(PARTITION, old.last, 1_000), PositionGoneError);
    const { records } = await log.read(PARTITION, young.first, 1_000);
    assert.equal(records.length, 1);
  });
});
