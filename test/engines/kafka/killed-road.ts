import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { RunningKafka } from '../../../engines/kafka.ts';
import { openKafkaLogReader } from '../../../src/log/kafka/open.ts';
import type { RawHour } from '../../../src/raw/manifest.ts';
import { openRawReader } from '../../../src/raw/open-loader.ts';
import { type Kraken, Processes } from '../../support/process.ts';

const STREAM = 'visit';
const PARTITIONS = [0, 1] as const;
const SENDERS = 4;
const BATCH = 10;
const HOUR_MS = 3_600_000;
/** The hour of an event is one of the last few: closed ones, so that Hive is told of them while others still come. */
const STREAM_FILE = `stream: ${STREAM}
title: Visits
owner: a test
fields:
  at: { type: time, required: true }
  text: text
time: { field: at, window: 1 day }
`;

/** The road from a sender to Hive, each part of it a process that can be killed: a collector, a broker, two loaders. */
export class KilledRoad {
  readonly acknowledged: string[] = [];
  /** How many batches got another answer than 201, or none. */
  refused = 0;
  readonly #kafka: RunningKafka;
  readonly #data: string;
  readonly #told: { readonly hive: string; readonly isTold: boolean };
  readonly #processes = new Processes();
  readonly #random: () => number;
  readonly #loaders = new Map<number, Kraken>();
  readonly #senders: Promise<void>[] = [];
  #collector: Kraken | undefined;
  #api = '';
  #isOver = false;
  #runs = 0;

  /**
   * @param told.hive an address of Hive with the lake in `data`
   * @param told.isTold whether Hive is told by the loaders that are killed, not only by the last one
   */
  constructor(
    kafka: RunningKafka,
    data: string,
    told: { hive: string; isTold: boolean; random: () => number },
  ) {
    this.#kafka = kafka;
    this.#data = data;
    this.#told = told;
    this.#random = told.random;
  }

  get #log(): string {
    return `${this.#kafka.address}/killed?partitions=${PARTITIONS.length}`;
  }

  get #flags(): string[] {
    return ['--data', this.#data, '--event-log', this.#log, '--streams', join(this.#data, 'streams')];
  }

  async start(): Promise<void> {
    await mkdir(join(this.#data, 'streams'), { recursive: true });
    await writeFile(join(this.#data, 'streams', 'visit.yaml'), STREAM_FILE);
    await this.#startCollector();
    for (const partition of PARTITIONS) this.#startLoader(partition);
    for (let sender = 0; sender < SENDERS; sender++) this.#senders.push(this.#send(sender));
  }

  /** Waits until so many more events were acknowledged. */
  async untilAcknowledged(more: number): Promise<void> {
    const wanted = this.acknowledged.length + more;
    while (this.acknowledged.length < wanted) {
      this.#assertRunning();
      await sleep(10);
    }
  }

  /** Waits for a commit of some part, so that loaders get somewhere between two kills. */
  async untilCommitted(): Promise<void> {
    const before = await this.commits();
    while ((await this.commits()) === before) {
      this.#assertRunning();
      await sleep(20);
    }
  }

  async commits(): Promise<number> {
    return (await openRawReader(this.#lake, STREAM).manifest())?.commits ?? 0;
  }

  async killBroker(): Promise<void> {
    await this.#kafka.broker.kill();
    await this.#kafka.broker.start();
  }

  async killCollector(): Promise<void> {
    await this.#collector?.kill();
    await this.#startCollector();
  }

  async killLoader(): Promise<void> {
    const partition = PARTITIONS[Math.floor(this.#random() * PARTITIONS.length)] as number;
    await this.#loaders.get(partition)?.kill();
    this.#startLoader(partition);
  }

  /** Ends the load, loads what is left, and compares what was acknowledged with what is where. */
  async end() {
    this.#isOver = true;
    await Promise.all(this.#senders);
    await this.#collector?.kill();
    for (const loader of this.#loaders.values()) await loader.kill();
    const ended = await this.#processes.run('load', ...this.#flags, '--warehouse', this.#told.hive);
    if (ended.code !== 0) throw new Error(`the last load has failed: ${ended.stderr}`);
    const inLog = new Set(await this.#idsInLog());
    const rows = await this.#rows();
    return { rows, ...this.compare(rows), lost: this.acknowledged.filter((id) => !inLog.has(id)).length };
  }

  /** @param rows the ids of a table */
  compare(rows: readonly string[]): { duplicated: number; unseen: number } {
    const found = new Set(rows);
    return {
      duplicated: rows.length - found.size,
      unseen: this.acknowledged.filter((id) => !found.has(id)).length,
    };
  }

  /** How many repeats the loaders have left out. */
  async repeats(): Promise<number> {
    return (await this.#hours()).reduce((sum, { counts }) => sum + counts.duplicate, 0);
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#processes.end();
    await Promise.allSettled(this.#senders);
  }

  get #lake(): string {
    return join(this.#data, 'lake');
  }

  async #startCollector(): Promise<void> {
    const own = ['--warehouse', `duckdb:${join(this.#data, 'gateway')}`, '--load', 'false'];
    const flags = [...this.#flags.slice(2), ...own, '--collect', '--sender-events', 'off'];
    const { kraken, api } = await this.#processes.serve(this.#data, ...flags);
    this.#collector = kraken;
    this.#api = api;
  }

  #startLoader(partition: number): void {
    const warehouse = this.#told.isTold ? this.#told.hive : `duckdb:${this.#lake}`;
    const flags = ['--follow', '--partitions', String(partition), '--warehouse', warehouse];
    this.#loaders.set(partition, this.#processes.start('load', ...this.#flags, ...flags));
  }

  #assertRunning(): void {
    for (const [partition, { child, stderr }] of this.#loaders) {
      if (child.exitCode !== null)
        throw new Error(`the loader of ${partition} has ended by itself: ${stderr}`);
    }
  }

  /** Sends batches until the end. What wasn't acknowledged is given up or sent again, as by senders that do so. */
  async #send(sender: number): Promise<void> {
    let batch: object[] = [];
    let ids: string[] = [];
    while (!this.#isOver) {
      if (batch.length === 0) {
        const run = this.#runs++;
        ids = Array.from({ length: BATCH }, (_, index) => `${sender}-${run}-${index}`);
        const at = new Date(Date.now() - (1 + Math.floor(this.#random() * 3)) * HOUR_MS).toISOString();
        batch = ids.map((id) => ({ meta: { stream: STREAM, id }, at, text: 'x'.repeat(200) }));
      }
      const answer = await fetch(`${this.#api}/v1/events`, {
        method: 'POST',
        body: JSON.stringify(batch),
        signal: AbortSignal.timeout(10_000),
      }).catch(() => undefined);
      if (answer?.status === 201) {
        this.acknowledged.push(...ids);
        batch = [];
        await sleep(20);
      } else {
        this.refused++;
        if (this.#random() < 0.3) batch = [];
        await sleep(100);
      }
    }
  }

  async #idsInLog(): Promise<string[]> {
    const log = await openKafkaLogReader(this.#log.replace(/^kafka:/, ''));
    const ids: string[] = [];
    for (const place of await log.partitions(STREAM)) {
      for (let from = (await log.ends(place)).first; ;) {
        const { records, next } = await log.read(place, from, 1 << 20);
        if (next === from) break;
        from = next;
        for (const { value } of records)
          ids.push((JSON.parse(Buffer.from(value).toString()) as { meta: { id: string } }).meta.id);
      }
    }
    await log.close();
    return ids;
  }

  async #hours(): Promise<RawHour[]> {
    const reader = openRawReader(this.#lake, STREAM);
    const manifest = await reader.manifest();
    return manifest ? [...(await reader.hours(manifest)).values()] : [];
  }

  /** The ids of the raw table's rows, by DuckDB. */
  async #rows(): Promise<string[]> {
    const folder = openRawReader(this.#lake, STREAM).folder;
    const files = (await this.#hours()).flatMap((hour) => hour.files);
    const paths = files.map(({ path }) => `'${join(folder, path)}'`);
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    const found = await connection.runAndReadAll(
      `SELECT meta.id FROM read_parquet([${paths.join(', ')}], hive_partitioning = false)`,
    );
    connection.closeSync();
    instance.closeSync();
    return found.getRowsJS().map(([id]) => id as string);
  }
}
