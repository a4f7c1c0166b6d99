import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFileLogReader } from '../../../src/log/files/open.ts';
import { openKafkaLog } from '../../../src/log/kafka/open.ts';
import { Processes } from '../../support/process.ts';
import { kafkaPlace } from './kafka-place.ts';

/* Lines in a topic of a real Kafka, as varnishkafka brings them, are collected by `kraken collect`. */

const processes = new Processes();
after(() => processes.end());

const line = (sequence: number): Buffer =>
  Buffer.from(
    JSON.stringify({
      hostname: 'cp1',
      sequence,
      dt: '2025-11-29T11:20:30',
      uri_host: 'example.org',
      uri_path: '/',
    }),
  );

interface Numbered {
  readonly meta: { readonly id: string };
  readonly sequence: number;
}

async function sequences(data: string): Promise<Map<string, number>> {
  const reader = openFileLogReader(join(data, 'events'));
  const found = new Map<string, number>();
  for (let from = 0; ;) {
    const { records, next } = await reader.read({ stream: 'webrequest', partition: 0 }, from, 2 ** 22);
    if (next === from) break;
    from = next;
    for (const { value } of records) {
      const { meta, sequence } = JSON.parse(Buffer.from(value).toString()) as Numbered;
      found.set(meta.id, sequence);
    }
  }
  await reader.close();
  return found;
}

void test(
  'a topic is read to its end, followed through a kill, and each line is one event',
  { timeout: 120_000 },
  async () => {
    const place = kafkaPlace('?partitions=3&replication=1');
    const log = await openKafkaLog(place);
    const data = join(processes.folder(), 'data');
    const topic = `kafka:${place.replace('?', '.lines?')}`;
    try {
      for (let nth = 0; nth < 30; nth += 3)
        await log.append('lines', [line(nth), line(nth + 1), line(nth + 2)]);
      for (let round = 0; round < 2; round++) {
        const { code, stderr } = await processes.run('collect', topic, '--data', data);
        assert.equal(code, 0, stderr);
      }
      assert.equal((await sequences(data)).size, 30);
      const first = processes.start('collect', topic, '--follow', '--data', data);
      await log.append('lines', [line(30), line(31)]);
      for (let round = 0; round < 100 && (await sequences(data)).size < 32; round++) await sleep(100);
      await first.kill();
      await log.append('lines', [line(32)]);
      const second = processes.start('collect', topic, '--follow', '--data', data);
      for (let round = 0; round < 100 && (await sequences(data)).size < 33; round++) await sleep(100);
      const { code, stderr } = await second.kill('SIGTERM');
      assert.equal(code, 0, stderr);
      const found = [...(await sequences(data)).values()].toSorted((a, b) => a - b);
      assert.deepEqual(
        found,
        Array.from({ length: 33 }, (_, nth) => nth),
      );
    } finally {
      await log.close();
    }
  },
);

void test('a topic that is not there is told', { timeout: 60_000 }, async () => {
  const { code, stderr } = await processes.run(
    'collect',
    `kafka:${kafkaPlace()}`,
    '--data',
    join(processes.folder(), 'data'),
  );
  assert.equal(code, 1);
  assert.match(stderr, /there is no such topic/);
});
