import { setTimeout as sleep } from 'node:timers/promises';
import { createTopicsV7, metadataV12, type API } from '@platformatic/kafka';
import type { BrokerPlace } from './address.ts';
import { Broker, NotSentError, type BrokerOptions } from './broker.ts';
import { assertNoCode, CODE, isPassing, RefusedError } from './protocol-errors.ts';

/** The longest wait for one of several brokers before the next is asked. */
const ONE_BROKER_MS = 3_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/** The purpose of a connection. A broker answers in order, so appends and reads use different connections. */
export type Use = 'append' | 'read';

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  /** Undefined: what the cluster does by default. */
  readonly replication: number | undefined;
  readonly configs: Readonly<Record<string, string>>;
}

/**
 * Knows the brokers of a cluster and the leaders of partitions, and connects to the brokers. Every call takes a
 * deadline (by `performance.now()`) and settles by it.
 */
export class Cluster {
  readonly #seeds: readonly BrokerPlace[];
  readonly #options: BrokerOptions;
  readonly #connections = new Map<string, Broker>();
  /** By broker's id. */
  #places = new Map<number, BrokerPlace>();
  /** By topic: the leader's id of each partition. */
  readonly #leaders = new Map<string, ReadonlyMap<number, number>>();
  #turn = 0;
  #closed = false;

  constructor(seeds: readonly BrokerPlace[], options: BrokerOptions) {
    this.#seeds = seeds;
    this.#options = options;
  }

  /** Lists the names of all topics. */
  async topics(deadline: number): Promise<string[]> {
    const { topics } = await this.#metadata(null, deadline);
    return topics.flatMap(({ name }) => name ?? []);
  }

  /** Lists the partitions of a topic, ascending; none where the topic doesn't exist. */
  async partitions(topic: string, deadline: number): Promise<number[]> {
    const leaders = await this.#look(topic, deadline);
    return [...leaders.keys()].sort((a, b) => a - b);
  }

  /**
   * Sends a request once to the leader of a partition.
   * @throws RefusedError (unknown topic) where the topic or partition doesn't exist, NotSentError where it has no
   *   leader now, and what `Broker.call` throws
   */
  async askLeader<Arguments extends unknown[], Answer>(
    use: Use,
    topic: string,
    partition: number,
    deadline: number,
    api: API<Arguments, Answer>,
    ...args: Arguments
  ): Promise<Answer> {
    const broker = await this.#leaderOf(use, topic, partition, deadline);
    try {
      return await broker.call(api, args, deadline);
    } catch (error) {
      // The leader may have changed.
      this.forget(topic);
      throw error;
    }
  }

  /** Forgets the leaders of a topic's partitions. The next call looks them up. */
  forget(topic: string): void {
    this.#leaders.delete(topic);
  }

  /** Creates a topic unless it exists. @throws RefusedError where the cluster refuses */
  async create({ name, partitions, replication = -1, configs }: NewTopic, deadline: number): Promise<void> {
    const topic = {
      name,
      numPartitions: partitions,
      replicationFactor: replication,
      assignments: [],
      configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
    };
    await this.retrying(deadline, async (attempt) => {
      const timeoutMs = Math.ceil(Math.max(1, attempt - performance.now()));
      const { topics } = await this.#ask(createTopicsV7.api, [[topic], timeoutMs, false], attempt);
      const { errorCode = CODE.none, errorMessage } = topics[0] ?? {};
      if (errorCode !== CODE.topicExists) assertNoCode(errorCode, errorMessage);
    });
    this.forget(name);
  }

  /**
   * Repeats work until it succeeds, fails for good, or the deadline is near.
   * @throws what the last attempt threw
   */
  async retrying<T>(deadline: number, work: (attempt: number) => Promise<T>): Promise<T> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await work(deadline);
      } catch (error) {
        const isOver = performance.now() + pauseMs >= deadline;
        if (isOver || this.#closed || !isPassing(error)) throw error;
      }
      await sleep(pauseMs);
    }
  }

  close(): void {
    this.#closed = true;
    for (const broker of this.#connections.values()) broker.close();
  }

  async #leaderOf(use: Use, topic: string, partition: number, deadline: number): Promise<Broker> {
    const leaders = this.#leaders.get(topic) ?? (await this.#look(topic, deadline));
    const leader = leaders.get(partition);
    if (leader === undefined) throw new RefusedError(CODE.unknownTopic);
    const place = this.#places.get(leader);
    if (place) return this.#to(place, use);
    this.forget(topic);
    throw new NotSentError(`no broker leads partition ${partition} of ${topic} now`);
  }

  /** Looks up the leaders of a topic's partitions. */
  async #look(topic: string, deadline: number): Promise<ReadonlyMap<number, number>> {
    const { topics } = await this.#metadata([topic], deadline);
    const found = topics[0];
    if (!found || found.errorCode === CODE.unknownTopic) return new Map();
    // A new topic may have no leaders yet; its partitions have no known leader id then.
    if (found.errorCode !== CODE.leaderNotAvailable) assertNoCode(found.errorCode);
    const leaders = new Map(
      found.partitions.map(({ partitionIndex, leaderId }) => [partitionIndex, leaderId]),
    );
    if (leaders.size > 0) this.#leaders.set(topic, leaders);
    return leaders;
  }

  async #metadata(topics: string[] | null, deadline: number): Promise<metadataV12.MetadataResponse> {
    const answer = await this.#ask(metadataV12.api, [topics, false, false], deadline);
    this.#places = new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    return answer;
  }

  /** Sends a request to any broker, trying one after the other. @throws what the last try threw */
  async #ask<Arguments extends unknown[], Answer>(
    api: API<Arguments, Answer>,
    args: Arguments,
    deadline: number,
  ): Promise<Answer> {
    const places = [...this.#places.values(), ...this.#seeds];
    let failure: Error = new NotSentError('no broker was asked in time');
    for (let tried = 0; tried < places.length && performance.now() < deadline; tried++) {
      const broker = this.#to(places[this.#turn % places.length] as BrokerPlace, 'read');
      const isLast = tried === places.length - 1;
      const until = isLast ? deadline : Math.min(deadline, performance.now() + ONE_BROKER_MS);
      try {
        return await broker.call(api, args, until);
      } catch (error) {
        failure = error as Error;
        // Begin with the next one from now on.
        this.#turn += 1;
      }
    }
    throw failure;
  }

  #to(place: BrokerPlace, use: Use): Broker {
    const key = `${use} ${place.host}:${place.port}`;
    let broker = this.#connections.get(key);
    if (!broker) {
      broker = new Broker(place, this.#options);
      this.#connections.set(key, broker);
      if (this.#closed) broker.close();
    }
    return broker;
  }
}
