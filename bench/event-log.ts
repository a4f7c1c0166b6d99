/**
 * How fast the embedded event log makes events durable: batches by concurrent appenders, each of which
 * waits for its answer before it sends the next. Beside it the limit in the same run: the same bytes,
 * by the same appenders, grouped likewise, by a bare loop of write and fdatasync.
 * With `--kafka` the log lies there instead, in topics of its own (npm run engines -- --only kafka prints
 * the address); the bare loop doesn't run then.
 * `node dist/bench/event-log.js [--kafka kafka://HOST:PORT] [--seconds 5] [--rounds 4] [--appenders 64] [--batch 10] [--bytes 400] [--folder FOLDER]`
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { EventLog } from '../src/log/event-log.ts';
import { openFileLog } from '../src/log/files/open.ts';
import { openKafkaLog } from '../src/log/kafka/open.ts';
import { quantile } from './measure/numbers.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '4' },
    appenders: { type: 'string', default: '64' },
    batch: { type: 'string', default: '10' },
    bytes: { type: 'string', default: '400' },
    folder: { type: 'string', default: tmpdir() },
    kafka: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const appenders = Number(values.appenders);
const batchLength = Number(values.batch);
const event = Buffer.alloc(Number(values.bytes), 'e');

/** Something that makes a batch durable. */
interface Appending {
  append(batch: readonly Buffer[]): Promise<unknown>;
  /** Reads all of it, where it can be read. @returns how many events there were */
  readonly read?: () => Promise<number>;
  close(): Promise<void>;
}

async function measure(name: string, log: Appending): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  const start = performance.now();
  const cpu = process.cpuUsage();
  const appender = async (): Promise<void> => {
    while (performance.now() < end) {
      const batch = Array.from({ length: batchLength }, () => event);
      const sent = performance.now();
      await log.append(batch);
      times.push(performance.now() - sent);
      // As a connection would, it sends again in another turn of the event loop.
      await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: appenders }, appender));
  const tookSeconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  if (log.read) await measureReading(log.read);
  await log.close();
  times.sort((a, b) => a - b);
  const rate = (times.length * batchLength) / tookSeconds;
  const at = (share: number): string => quantile(times, share).toFixed(1);
  const cores = ((user + system) / 1e6 / tookSeconds).toFixed(2);
  console.log(
    `${name.padEnd(10)} ${rate.toFixed(0).padStart(8)} events/s   p50 ${at(0.5)} ms   p99 ${at(0.99)} ms   ${cores} cores`,
  );
  return rate;
}

async function measureReading(read: () => Promise<number>): Promise<void> {
  const start = performance.now();
  const count = await read();
  const rate = count / ((performance.now() - start) / 1000);
  console.log(`${'reading'.padEnd(10)} ${rate.toFixed(0).padStart(8)} events/s`);
}

async function eventLog(folder: string): Promise<Appending> {
  return appendingTo(await openFileLog(join(folder, 'log'), 'a benchmark', { maxBytes: 64 * 2 ** 30 }));
}

async function kafkaLog(address: string): Promise<Appending> {
  const place = `${address.replace(/^kafka:/, '')}/bench${randomBytes(4).toString('hex')}`;
  const log = await openKafkaLog(place);
  // Making the topic and connecting isn't what is measured.
  await log.append('views', [event]);
  return appendingTo(log);
}

function appendingTo(log: EventLog): Appending {
  const read = async (): Promise<number> => {
    let count = 0;
    for (let from = 0; ;) {
      const { records, next } = await log.read({ stream: 'views', partition: 0 }, from, 2 ** 20);
      if (next === from) return count;
      count += records.length;
      from = next;
    }
  };
  return { append: (batch) => log.append('views', batch), read, close: () => log.close() };
}

/** Writes what has come since the last sync, and syncs. */
async function bareLoop(folder: string): Promise<Appending> {
  const file = await open(join(folder, 'bare'), 'w');
  let waiting: { batch: readonly Buffer[]; done: () => void }[] = [];
  let running: Promise<void> | undefined;
  let failed: unknown;
  const run = async (): Promise<void> => {
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await file.write(Buffer.concat(group.flatMap(({ batch }) => batch)));
      await file.datasync();
      for (const { done } of group) done();
    }
    running = undefined;
  };
  return {
    append: (batch) => {
      if (failed !== undefined) throw failed as Error;
      return new Promise<void>((done) => {
        waiting.push({ batch, done });
        running ??= run().catch((error: unknown) => void (failed = error));
      });
    },
    close: () => file.close(),
  };
}

console.log(
  `${appenders} appenders, batches of ${batchLength} events of ${event.length} bytes, each answered when durable`,
);
const shares: number[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  if (values.kafka !== undefined) {
    await measure('Kafka', await kafkaLog(values.kafka));
    continue;
  }
  const folder = await mkdtemp(join(values.folder, 'kraken-bench-'));
  try {
    const own = await measure('event log', await eventLog(folder));
    const limit = await measure('bare loop', await bareLoop(folder));
    shares.push(own / limit);
  } finally {
    await rm(folder, { recursive: true });
  }
}
if (shares.length > 0) {
  console.log(
    `the event log reaches ${shares.map((share) => share.toFixed(2)).join(', ')} of the bare loop's rate`,
  );
}
