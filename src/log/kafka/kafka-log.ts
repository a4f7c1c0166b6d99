import type { Clock } from '../../core/time/time.ts';
import {
  STREAM_NAME,
  type Appended,
  type Ends,
  type EventLog,
  type Partition,
  type ReadBatch,
  type TrimRule,
} from '../event-log.ts';
import {
  AppendTooLargeError,
  EventLogError,
  LogBusyError,
  LogClosedError,
  LogWriteError,
  StreamNameError,
} from '../log-errors.ts';
import { UnansweredError } from './broker.ts';
import type { Cluster, NewTopic } from './cluster.ts';
import { KafkaLogReader, type ReaderOptions } from './kafka-log-reader.ts';
import { byKey } from './by-key.ts';
import { type KafkaLogSettings, TOPIC_CONFIGS } from './kafka-log-settings.ts';
import { PartitionAppender, TooLargeError } from './partition-appender.ts';
import { CODE, isCode, RefusedError } from './protocol-errors.ts';
import { encodeBatch, overheadOf } from './record-batch.ts';
import { produce } from './wire.ts';

export interface KafkaLogOptions extends ReaderOptions {
  readonly clock: Clock;
  readonly settings: KafkaLogSettings;
  /** For the topics that are created. */
  readonly newTopic: Pick<NewTopic, 'partitions' | 'replication'>;
}

/**
 * The event log on Kafka. Any number of processes may append.
 *
 * An append is sent once. When the answer is missing, or says that the partition's leader has changed, nobody
 * can tell whether the broker has the batch, and a second try could store it twice. So a batch that isn't
 * acknowledged is in the log once or not at all. It may also appear later: a broker that stood still (SIGSTOP)
 * reads what was sent to it when it goes on. (An idempotent producer would know the outcome, but only while
 * its process lives. Senders repeat what wasn't acknowledged under the same event id, and the loader removes
 * the duplicate.)
 */
export class KafkaLog implements EventLog {
  readonly #cluster: Cluster;
  readonly #options: KafkaLogOptions;
  readonly #reader: KafkaLogReader;
  readonly #streams = new Map<string, Promise<readonly PartitionAppender[]>>();
  /** Appends that aren't settled. */
  readonly #pending = new Set<Promise<unknown>>();
  #pendingBytes = 0;
  #turn = 0;
  #closed: Promise<void> | undefined;

  constructor(cluster: Cluster, options: KafkaLogOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#reader = new KafkaLogReader(cluster, options);
  }

  async append(stream: string, values: readonly Uint8Array[], keys?: readonly string[]): Promise<Appended> {
    if (!STREAM_NAME.test(stream)) throw new StreamNameError(stream);
    if (values.length === 0) throw new RangeError('a batch has one value at least');
    if (this.#closed) throw new LogClosedError();
    const { appendMs, maxAppendBytes, maxQueuedBytes } = this.#options.settings;
    const bytes = values.reduce((sum, { length }) => sum + length, overheadOf(values));
    if (bytes > maxAppendBytes) throw new AppendTooLargeError(bytes, maxAppendBytes);
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes > maxQueuedBytes) {
      throw new LogBusyError(`${this.#pendingBytes} bytes wait for Kafka, and at most ${maxQueuedBytes} may`);
    }
    this.#pendingBytes += bytes;
    const appended = this.#append(stream, { values, keys, bytes }, performance.now() + appendMs);
    this.#pending.add(appended);
    try {
      return await appended;
    } catch (cause) {
      if (cause instanceof EventLogError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new LogWriteError(`the event log couldn't be written: ${reason}`, { cause });
    } finally {
      this.#pending.delete(appended);
      this.#pendingBytes -= bytes;
    }
  }

  /**
   * Deletes exactly the records that are older than the rule keeps. `keepBytes` deletes nothing, because Kafka
   * doesn't tell how many bytes lie before a position. The age of a record is this machine's time less the
   * broker's at the append.
   */
  async trim(partition: Partition, rule: TrimRule): Promise<number> {
    // The end comes first, so that records appended during the trim stay.
    const { first, next } = await this.ends(partition);
    const { keepMs, committed } = rule;
    if (keepMs === undefined || next === first) return first;
    const youngMs = Math.max(0, Math.floor(this.#options.clock.now() - keepMs));
    const young = (await this.#reader.positionAt(partition, youngMs)) ?? next;
    const end = Math.min(young, next, committed === 'ignored' ? Infinity : committed);
    return end <= first ? first : this.#reader.deleteBefore(partition, end);
  }

  streams(): Promise<string[]> {
    return this.#reader.streams();
  }

  partitions(stream: string): Promise<Partition[]> {
    return this.#reader.partitions(stream);
  }

  ends(partition: Partition): Promise<Ends> {
    return this.#reader.ends(partition);
  }

  read(partition: Partition, from: number, maxBytes: number): Promise<ReadBatch> {
    return this.#reader.read(partition, from, maxBytes);
  }

  close(): Promise<void> {
    return (this.#closed ??= Promise.allSettled(this.#pending).then(() => this.#reader.close()));
  }

  async #append(
    stream: string,
    {
      values,
      keys,
      bytes,
    }: { values: readonly Uint8Array[]; keys?: readonly string[] | undefined; bytes: number },
    deadline: number,
  ): Promise<Appended> {
    const appenders = await this.#appendersOf(stream, deadline);
    if (keys === undefined || appenders.length === 1) {
      const appender = this.#next(appenders);
      const first = await appender.add(values, bytes, deadline);
      return { stream, partition: appender.partition, first, last: first + values.length - 1 };
    }
    const added = await Promise.allSettled(
      [...byKey(values, keys, appenders)].map(async ([appender, part]): Promise<Appended> => {
        const first = await appender.add(part, (bytes * part.length) / values.length, deadline);
        return { stream, partition: appender.partition, first, last: first + part.length - 1 };
      }),
    );
    for (const result of added) if (result.status === 'rejected') throw result.reason;
    return (added[0] as PromiseFulfilledResult<Appended>).value;
  }

  /** Chooses the partition with the fewest bytes waiting, in turn where several have as few. */
  #next(appenders: readonly PartitionAppender[]): PartitionAppender {
    this.#turn += 1;
    const inTurn = appenders.map(
      (_, index) => appenders[(index + this.#turn) % appenders.length] as PartitionAppender,
    );
    return inTurn.reduce((best, one) => (one.queuedBytes < best.queuedBytes ? one : best));
  }

  /** Returns the appenders of a stream, and creates its topic where it doesn't exist. */
  #appendersOf(stream: string, deadline: number): Promise<readonly PartitionAppender[]> {
    const known = this.#streams.get(stream);
    if (known) return known;
    const opening = this.#open(stream, deadline);
    this.#streams.set(stream, opening);
    opening.catch(() => this.#streams.delete(stream));
    return opening;
  }

  async #open(stream: string, deadline: number): Promise<readonly PartitionAppender[]> {
    const { names, newTopic, settings } = this.#options;
    const topic = names.topicOf(stream);
    if (topic === undefined) throw new StreamNameError(stream);
    return this.#cluster.retrying(deadline, async (attempt) => {
      const partitions = await this.#cluster.partitions(topic, attempt);
      if (partitions.length === 0) {
        await this.#cluster.create({ name: topic, ...newTopic, configs: TOPIC_CONFIGS }, attempt);
        // The brokers learn of it one after the other: look again.
        throw new RefusedError(CODE.leaderNotAvailable);
      }
      // A leader that doesn't know the topic yet refuses appends, and a refused append is not sent again.
      for (const partition of partitions) await this.#reader.assertLed({ stream, partition }, attempt);
      return partitions.map(
        (partition) =>
          new PartitionAppender(
            partition,
            (values, until) =>
              this.#send(topic, partition, values, until).catch((error: unknown) => {
                // The topic was deleted. The next append creates it again.
                if (isCode(error, CODE.unknownTopic)) this.#streams.delete(stream);
                throw error;
              }),
            settings.maxBatchBytes,
          ),
      );
    });
  }

  /** @returns the position of the first */
  async #send(
    topic: string,
    partition: number,
    values: readonly Uint8Array[],
    deadline: number,
  ): Promise<number> {
    const batch = encodeBatch(values, this.#options.clock.now());
    return this.#cluster.retrying(deadline, async () => {
      const timeoutMs = Math.ceil(Math.max(1, deadline - performance.now()));
      const place = ['append', topic, partition, deadline] as const;
      const { code, offset } = await this.#cluster
        .askLeader(...place, produce, topic, partition, batch, timeoutMs)
        .catch((cause: unknown) => {
          throw cause instanceof UnansweredError ? unknownOutcome(cause) : cause;
        });
      if (code === CODE.none) return offset;
      this.#cluster.forget(topic);
      const refused = new RefusedError(code);
      if (isCode(refused, CODE.messageTooLarge, CODE.recordListTooLarge)) {
        const cause = new LogWriteError(
          `a batch of ${batch.length} bytes is more than the topic ${topic} takes: see its max.message.bytes`,
        );
        throw new TooLargeError(refused.message, { cause });
      }
      if (isCode(refused, CODE.unknownTopic)) throw refused;
      // Also NOT_LEADER: a leader answers so as well when it has appended the batch and then lost its office.
      throw unknownOutcome(refused);
    });
  }
}

function unknownOutcome(cause: Error): LogWriteError {
  return new LogWriteError(`the event log couldn't be written: ${cause.message}`, { cause });
}
