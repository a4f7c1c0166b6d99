import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKafka, type RunningKafka } from '../../../engines/kafka.ts';
import { freePorts } from '../../../engines/ports.ts';
import { EventLogError, LogBusyError, LogDamageError, LogWriteError } from '../../../src/log/log-errors.ts';
import type { KafkaLog } from '../../../src/log/kafka/kafka-log.ts';
import { openKafkaLog } from '../../../src/log/kafka/open.ts';
import { Senders } from './senders.ts';
import { until } from '../../support/until.ts';

/* A broker that is away, stands still or dies. It is one of its own: others use theirs meanwhile. */

const CALL_MS = 3_000;
/** How much longer than its deadline a call may take, on a machine that is busy. */
const SLACK_MS = 1_000;
/** How often the broker is killed under load: KAFKA_KILLS changes the number. killed.test.ts kills it, too. */
const KILLS = Number(process.env['KAFKA_KILLS'] ?? 1);
const PARTITION = { stream: 'views', partition: 0 };

void describe('a log whose broker', { timeout: 120_000 + KILLS * 90_000 }, () => {
  let root: string;
  let ports: { broker: number; controller: number };
  let kafka: RunningKafka;
  let log: KafkaLog;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'kraken-kafka-'));
    const [broker, controller] = (await freePorts(2)) as [number, number];
    ports = { broker, controller };
    log = await openKafkaLog(`//127.0.0.1:${broker}/faults`, { appendMs: CALL_MS, callMs: CALL_MS });
  });
  after(async () => {
    await log.close();
    await kafka.stop();
    await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  /** Every call fails in time, with a sentence. @param name starts what is appended in vain */
  async function assertAway(name: string): Promise<void> {
    const calls: (() => Promise<unknown>)[] = [
      ...Array.from(
        { length: 20 },
        (_, index) => () => log.append('views', [Buffer.from(`${name} ${index}`)]),
      ),
      () => log.read(PARTITION, 0, 1_000),
      () => log.ends(PARTITION),
      () => log.trim(PARTITION, { committed: 'ignored', keepMs: 3_600_000 }),
      () => log.streams(),
      () => log.partitions('views'),
    ];
    await Promise.all(
      calls.map(async (call, index) => {
        const started = performance.now();
        await assert.rejects(call(), (error) => {
          assert.ok(error instanceof (index < 20 ? LogWriteError : EventLogError), String(error));
          assert.match(error.message, /^the event log (couldn't be written|can't be read|is too slow): /);
          return true;
        });
        const tookMs = performance.now() - started;
        assert.ok(tookMs <= CALL_MS + SLACK_MS, `call ${index} took ${tookMs} ms`);
      }),
    );
  }

  /** It is as before, without being opened again. */
  async function assertBack(withinMs: number): Promise<void> {
    const latest = performance.now() + withinMs;
    for (;;) {
      try {
        await log.append('views', [Buffer.from('back')]);
        break;
      } catch (error) {
        if (performance.now() > latest) throw error;
      }
    }
    const { first, next } = await log.ends(PARTITION);
    assert.ok(next > first);
    assert.ok((await log.read(PARTITION, first, 1_000)).records.length > 0);
  }

  void it('starts late refuses until it is there, and works then', async () => {
    await assertAway('early');
    kafka = await startKafka({ folder: join(root, 'kafka'), ports });
    await assertBack(10_000);
  });

  void it('stands still answers every call in time; what was refused is there once at most', async () => {
    kafka.broker.pause();
    await assertAway('first');
    // Another time, on connections that nobody takes.
    await assertAway('second');
    kafka.broker.resume();
    await assertBack(10_000);
    const texts = await textsOf(log, 'views');
    const vain = texts.filter((text) => text !== 'back');
    assert.deepEqual(vain, [...new Set(vain)]);
    assert.ok(
      vain.every((text) => !text.startsWith('early')),
      'what was sent to nobody is nowhere',
    );
  });

  void it('stands still holds a bounded amount in memory, and closing ends in time', async () => {
    const other = await openKafkaLog(`//127.0.0.1:${ports.broker}/faults`, {
      appendMs: CALL_MS,
      maxQueuedBytes: 100_000,
    });
    await other.append('views', [Buffer.from('first')]);
    kafka.broker.pause();
    const batch = [Buffer.alloc(30_000)];
    const appends = Array.from({ length: 10 }, () => other.append('views', batch));
    const started = performance.now();
    const closing = other.close();
    const results = await Promise.allSettled(appends);
    await closing;
    assert.ok(performance.now() - started <= CALL_MS + SLACK_MS);
    const reasons = results.map((result) =>
      result.status === 'rejected' ? (result.reason as Error) : undefined,
    );
    assert.equal(reasons.filter((reason) => reason instanceof LogBusyError).length, 7);
    assert.equal(reasons.filter((reason) => reason instanceof LogWriteError).length, 3);
    kafka.broker.resume();
    await assertBack(10_000);
  });

  void it('has damaged records names their positions, and gives what is before and behind', async () => {
    const partition = { stream: 'damaged', partition: 0 };
    for (const text of ['whole', 'to be damaged', 'behind']) await log.append('damaged', [Buffer.from(text)]);
    await kafka.broker.stop();
    const file = join(root, 'kafka', 'data', 'faults.damaged-0', '00000000000000000000.log');
    const bytes = await readFile(file);
    bytes.write('X', bytes.indexOf('to be damaged'));
    await writeFile(file, bytes);
    await kafka.broker.start();
    await assertBack(20_000);
    assert.equal((await log.read(partition, 0, 1_000)).records.length, 1);
    await assert.rejects(log.read(partition, 1, 1_000), (error) => {
      assert.ok(error instanceof LogDamageError);
      assert.deepEqual([error.from, error.to], [1, 2]);
      return true;
    });
    const { records } = await log.read(partition, 2, 1_000);
    assert.deepEqual(
      records.map(({ value }) => Buffer.from(value).toString()),
      ['behind'],
    );
  });

  void it(`is killed under load (${KILLS}×) loses nothing that was acknowledged, and makes nothing twice`, async (t) => {
    const senders = new Senders(log, 30);
    for (let kill = 0; kill < KILLS; kill++) {
      const enough = senders.acknowledged + 300;
      await until('batches are acknowledged', () => senders.acknowledged >= enough);
      await sleep(Math.random() * 300);
      await kafka.broker.kill();
      await kafka.broker.start();
    }
    const enough = senders.acknowledged + 300;
    await until('batches are acknowledged again', () => senders.acknowledged >= enough);
    await senders.stop();
    const { acknowledged, refused, lost, twice, torn, unseen } = await senders.compare();
    t.diagnostic(
      `${acknowledged} batches acknowledged, ${refused} refused, of which ${unseen} are not there`,
    );
    assert.deepEqual({ lost, twice, torn }, { lost: 0, twice: 0, torn: 0 });
    assert.ok(refused > 0);
  });
});

async function textsOf(log: KafkaLog, stream: string): Promise<string[]> {
  const partition = { stream, partition: 0 };
  const texts: string[] = [];
  for (let { first: from } = await log.ends(partition); ;) {
    const { records, next } = await log.read(partition, from, 1_000_000);
    if (records.length === 0) return texts;
    texts.push(...records.map(({ value }) => Buffer.from(value).toString()));
    from = next;
  }
}
