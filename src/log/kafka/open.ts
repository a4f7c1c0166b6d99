import { readFile } from 'node:fs/promises';
import { EventLogError } from '../log-errors.ts';
import { STREAM_NAME } from '../event-log.ts';
import { parseKafkaAddress, prefixOf, topicOf, type KafkaAddress } from './address.ts';
import { Cluster } from './cluster.ts';
import { KAFKA_LOG_SETTINGS, KafkaLog, type KafkaLogSettings } from './kafka-log.ts';
import { KafkaLogReader, type TopicNames } from './kafka-log-reader.ts';
import type { Isolation } from './wire.ts';

/*
 * What connects, logs in and encodes small requests is @platformatic/kafka 1.35.0, the newest that
 * runs on Node 20; records are read and written by code of ours over its connections (`wire.ts`,
 * `record-batch.ts`), because no client for Node does what an event log needs. They were tried on a
 * real broker:
 *
 * - @platformatic/kafka 1.35 and 2.12, as consumers: records of aborted transactions are delivered
 *   where a producer has two in one answer; a topic's own time (LogAppendTime) isn't seen; 1.35
 *   doesn't unpack what Java compressed with snappy, nor zstd on Node 20. As a producer it repeats
 *   a batch whose outcome is unknown.
 * - kafkajs 2.2.4: no reading without a group; three of the four compressions by further packages;
 *   no release for years.
 * - @confluentinc/kafka-javascript 1.10 (librdkafka): its binary isn't in the package registry, and
 *   building it takes minutes and a compiler. kafka-crab-js 5 (librdkafka, prebuilt) needs Node 24.
 *
 * `test/engines/kafka/client.test.ts` has these cases: whatever comes in its place has to pass them.
 */

/**
 * Opens the event log on Kafka to append to it and to read it. Nothing is asked of a broker yet, so
 * that one that is away doesn't keep anybody from starting.
 * @param place what follows `kafka:` in an address, see `parseKafkaAddress`; its name is the prefix of
 *   the topics
 * @throws EventLogError where the address is wrong
 */
export async function openKafkaLog(
  place: string,
  settings: Partial<KafkaLogSettings> = {},
): Promise<KafkaLog> {
  const address = parseKafkaAddress(place);
  const names = withPrefix(prefixOf(address));
  const all = { ...KAFKA_LOG_SETTINGS, ...settings };
  return new KafkaLog(await clusterOf(address), {
    names,
    callMs: all.callMs,
    // Nothing of ours is transactional; what somebody else adds counts as it does for any consumer.
    isolation: 'committed',
    clock: { now: () => Date.now() },
    settings: all,
    newTopic: { partitions: address.partitions, replication: address.replication },
  });
}

/** Opens the event log on Kafka to read it only. */
export async function openKafkaLogReader(place: string): Promise<KafkaLogReader> {
  const address = parseKafkaAddress(place);
  return readerOf(address, withPrefix(prefixOf(address)), 'committed');
}

/**
 * Opens one topic that something else fills, as the only stream of a log; the stream has the topic's
 * name.
 * @param place as above; its name is the topic
 * @param isolation whether records of transactions that are open or were aborted are read as well
 */
export async function openKafkaTopic(
  place: string,
  isolation: Isolation = 'committed',
): Promise<KafkaLogReader> {
  const address = parseKafkaAddress(place);
  const only = topicOf(address);
  const one = (name: string): string | undefined => (name === only ? only : undefined);
  return readerOf(address, { topicOf: one, streamOf: one }, isolation);
}

async function readerOf(
  address: KafkaAddress,
  names: TopicNames,
  isolation: Isolation,
): Promise<KafkaLogReader> {
  const { callMs } = KAFKA_LOG_SETTINGS;
  return new KafkaLogReader(await clusterOf(address), { names, callMs, isolation });
}

async function clusterOf({ brokers, tls, ca, login }: KafkaAddress): Promise<Cluster> {
  const trusted = ca === undefined ? {} : { ca: await certificates(ca) };
  return new Cluster(brokers, {
    ...(tls ? { tls: trusted, tlsServerName: true } : {}),
    ...(login
      ? { sasl: { mechanism: login.mechanism, username: login.user, password: login.password } }
      : {}),
  });
}

async function certificates(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new EventLogError(
      `the certificates in ${file}, which the event log's address names, can't be read`,
      {
        cause,
      },
    );
  }
}

/** A stream is the topic `PREFIX.STREAM`. */
function withPrefix(prefix: string): TopicNames {
  const start = `${prefix}.`;
  return {
    topicOf: (stream) => (STREAM_NAME.test(stream) ? `${start}${stream}` : undefined),
    streamOf: (topic) => {
      const stream = topic.slice(start.length);
      return topic.startsWith(start) && STREAM_NAME.test(stream) ? stream : undefined;
    },
  };
}
