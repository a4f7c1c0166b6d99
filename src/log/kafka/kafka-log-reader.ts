import { deleteRecordsV2, listOffsetsV7 } from '@platformatic/kafka';
import type { Ends, EventLogReader, Partition, ReadBatch } from '../event-log.ts';
import { EventLogError, LogClosedError, PositionGoneError } from '../log-errors.ts';
import type { Cluster } from './cluster.ts';
import { decode } from './decode.ts';
import { assertNoCode, CODE, isCode, RefusedError } from './protocol-errors.ts';
import { fetchRecords, type Fetched, type Isolation } from './wire.ts';

/** Maps streams to topics. */
export interface TopicNames {
  /** Undefined where the name is not allowed for a stream. */
  topicOf(stream: string): string | undefined;
  /** Undefined where the topic doesn't belong to this log. */
  streamOf(topic: string): string | undefined;
}

export interface ReaderOptions {
  readonly names: TopicNames;
  /** The longest time of a call other than an append, in ms. */
  readonly callMs: number;
  readonly isolation: Isolation;
}

const MAX_ANSWER_BYTES = 64 * 2 ** 20;
/** In place of a time: the start and the end of a partition. */
const EARLIEST = -2n;
const LATEST = -1n;
const NO_REPLICA = -1;
const UNKNOWN_EPOCH = -1;
const ISOLATIONS: Readonly<Record<Isolation, number>> = { uncommitted: 0, committed: 1 };

/**
 * Reads Kafka topics by position, without a consumer group; Kafka keeps no positions for Kraken. Positions have
 * gaps where transactions end and where a topic was compacted. Records without a value (tombstones, which mark
 * deletions for compaction) are left out.
 */
export class KafkaLogReader implements EventLogReader {
  readonly #cluster: Cluster;
  readonly #options: ReaderOptions;
  #closed = false;

  constructor(cluster: Cluster, options: ReaderOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  streams(): Promise<string[]> {
    return this.#within(async (deadline) => {
      const topics = await this.#cluster.topics(deadline);
      return topics.flatMap((topic) => this.#options.names.streamOf(topic) ?? []).toSorted();
    });
  }

  partitions(stream: string): Promise<Partition[]> {
    const topic = this.#options.names.topicOf(stream);
    return this.#within(async (deadline) => {
      const found = topic === undefined ? [] : await this.#cluster.partitions(topic, deadline);
      return found.map((partition) => ({ stream, partition }));
    });
  }

  ends(partition: Partition): Promise<Ends> {
    return this.#within((deadline) => this.#ends(partition, deadline));
  }

  read(partition: Partition, from: number, maxBytes: number): Promise<ReadBatch> {
    const bytes = Math.min(Math.max(1, maxBytes), MAX_ANSWER_BYTES);
    return this.#within(async (deadline) => {
      for (let next = from; ;) {
        const fetched = await this.#fetch(partition, next, bytes, deadline);
        if (fetched === 'unknown') return { records: [], next };
        if (fetched === 'out of range') {
          const ends = await this.#ends(partition, deadline);
          if (next < ends.first || next > ends.next) throw new PositionGoneError(partition, next, ends);
          // Another broker has become the leader, and knows fewer records for a moment.
          throw new RefusedError(CODE.notLeader);
        }
        const batch = decode(partition, fetched, next, bytes, this.#options.isolation);
        // The answer may have only markers and aborted records.
        if (batch.records.length > 0 || batch.next === next) return batch;
        ({ next } = batch);
      }
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#cluster.close();
    return Promise.resolve();
  }

  /**
   * Finds the first record that was appended at a time or later.
   * @returns its position; undefined where there is none
   */
  positionAt(partition: Partition, timeMs: number): Promise<number | undefined> {
    return this.#within(async (deadline) => {
      const position = await this.#offset(partition, BigInt(timeMs), deadline);
      return position === undefined || position < 0 ? undefined : position;
    });
  }

  /**
   * Checks that a partition's leader knows that it leads the partition.
   * @throws what `Cluster.askLeader` throws
   */
  async assertLed(partition: Partition, deadline: number): Promise<void> {
    const end = await this.#offset(partition, LATEST, deadline);
    if (end === undefined) throw new RefusedError(CODE.leaderNotAvailable);
  }

  /** Deletes the records before a position. @returns the first that is left */
  deleteBefore({ stream, partition }: Partition, position: number): Promise<number> {
    return this.#within(async (deadline) => {
      const topic = this.#topicOf(stream);
      const timeoutMs = Math.ceil(Math.max(1, deadline - performance.now()));
      const what = [{ name: topic, partitions: [{ partitionIndex: partition, offset: BigInt(position) }] }];
      const place = ['append', topic, partition, deadline] as const;
      const answer = await this.#cluster.askLeader(...place, deleteRecordsV2.api, what, timeoutMs);
      const found = answer.topics[0]?.partitions[0];
      assertNoCode(found?.errorCode ?? CODE.unknownTopic);
      return Number(found?.lowWatermark);
    });
  }

  /** Both ends are 0 where the partition doesn't exist. */
  async #ends(partition: Partition, deadline: number): Promise<Ends> {
    const [first, next] = await Promise.all([
      this.#offset(partition, EARLIEST, deadline),
      this.#offset(partition, LATEST, deadline),
    ]);
    return { first: first ?? 0, next: Math.max(first ?? 0, next ?? 0) };
  }

  /** Undefined where the partition doesn't exist. */
  async #offset(partition: Partition, time: bigint, deadline: number): Promise<number | undefined> {
    const topic = this.#options.names.topicOf(partition.stream);
    if (topic === undefined) return undefined;
    const what = { partitionIndex: partition.partition, currentLeaderEpoch: UNKNOWN_EPOCH, timestamp: time };
    const topics = [{ name: topic, partitions: [what] }];
    const isolation = ISOLATIONS[this.#options.isolation];
    try {
      const place = ['read', topic, partition.partition, deadline] as const;
      const args = [NO_REPLICA, isolation, topics] as const;
      const answer = await this.#cluster.askLeader(...place, listOffsetsV7.api, ...args);
      const found = answer.topics[0]?.partitions[0];
      this.#assertNoCode(topic, found?.errorCode ?? CODE.unknownTopic);
      return Number(found?.offset);
    } catch (error) {
      if (isCode(error, CODE.unknownTopic)) return undefined;
      throw error;
    }
  }

  async #fetch(
    { stream, partition }: Partition,
    from: number,
    maxBytes: number,
    deadline: number,
  ): Promise<Fetched | 'unknown' | 'out of range'> {
    const topic = this.#options.names.topicOf(stream);
    if (topic === undefined) return 'unknown';
    const args = [topic, partition, from, maxBytes, this.#options.isolation] as const;
    try {
      const fetched = await this.#cluster.askLeader(
        'read',
        topic,
        partition,
        deadline,
        fetchRecords,
        ...args,
      );
      this.#assertNoCode(topic, fetched.code);
      if (fetched.topic === topic && fetched.partition === partition) return fetched;
      throw new EventLogError(
        `the broker was asked for ${topic}/${partition} and gave ${fetched.topic}/${fetched.partition}`,
      );
    } catch (error) {
      if (isCode(error, CODE.unknownTopic)) return 'unknown';
      if (isCode(error, CODE.outOfRange)) return 'out of range';
      throw error;
    }
  }

  #assertNoCode(topic: string, code: number): void {
    if (code !== CODE.none && code !== CODE.outOfRange) this.#cluster.forget(topic);
    assertNoCode(code);
  }

  #topicOf(stream: string): string {
    const topic = this.#options.names.topicOf(stream);
    if (topic === undefined) throw new EventLogError(`${JSON.stringify(stream)} is no stream of this log`);
    return topic;
  }

  async #within<T>(work: (deadline: number) => Promise<T>): Promise<T> {
    if (this.#closed) throw new LogClosedError();
    const deadline = performance.now() + this.#options.callMs;
    try {
      return await this.#cluster.retrying(deadline, work);
    } catch (cause) {
      if (cause instanceof EventLogError) throw cause;
      if (this.#closed) throw new LogClosedError();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EventLogError(`the event log can't be read: ${reason}`, { cause });
    }
  }
}
