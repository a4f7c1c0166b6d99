import { readFile } from 'node:fs/promises';
import { EventLogError } from '../log-errors.ts';
import { STREAM_NAME } from '../event-log.ts';
import { parseKafkaAddress, prefixOf, topicOf, type KafkaAddress } from './address.ts';
import { Cluster } from './cluster.ts';
import { KafkaLog } from './kafka-log.ts';
import { KAFKA_LOG_SETTINGS, type KafkaLogSettings } from './kafka-log-settings.ts';
import { KafkaLogReader, type TopicNames } from './kafka-log-reader.ts';
import type { Isolation } from './wire.ts';

/*
 * @platformatic/kafka 1.35.0 connects, logs in and encodes the small requests. It is the newest version that
 * runs on Node 20. Our own code reads and writes the records over its connections (`wire.ts`,
 * `record-batch.ts`), because no client for Node passes `test/engines/kafka/client.test.ts`:
 *
 * - The consumers of @platformatic/kafka 1.35 and 2.12 deliver records of aborted transactions when one
 *   producer has two in the same answer. They ignore the broker's time (LogAppendTime). 1.35 can't read what
 *   Java compressed with snappy, nor zstd on Node 20.
 * - kafkajs 2.2.4 can't read without a consumer group, needs further packages for three of the four
 *   compressions, and has had no release for years.
 * - @confluentinc/kafka-javascript 1.10 (librdkafka) is not installable from the package registry alone: its
 *   binary is elsewhere, and building it needs a compiler. kafka-crab-js 5 (librdkafka, prebuilt) needs Node 24.
 *
 * A new version of the client, or another client, must pass the same test.
 */

/**
 * Opens the event log on Kafka to append to it and to read it. Brokers are not called yet, so that a process
 * can start while they are away.
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
    // Kraken writes no transactions. Other writers' transactions count as for any consumer.
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
 * Opens one topic that another program fills. It is the only stream of the log, and has the topic's name.
 * @param place as above; its name is the topic
 * @param isolation `uncommitted` also reads the records of open and aborted transactions
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
    ...(tls ? { tls: trusted } : {}),
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
