import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Delivery } from '../../../src/collect/logs/delivery.ts';
import type { ReadLine } from '../../../src/collect/logs/line-reader.ts';
import { Progress } from '../../../src/collect/logs/progress.ts';
import { TopicSource } from '../../../src/collect/logs/topic.ts';
import type { EventLog } from '../../../src/log/event-log.ts';
import { openFileLog } from '../../../src/log/files/open.ts';

/* A topic is any log whose records are lines: that of files will do. */

let folder: string;
let log: EventLog;
let ids: string[];
let rejects: number;
const signal = new AbortController().signal;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kraken-topic-'));
  log = await openFileLog(join(folder, 'log'), 'a test');
  ids = [];
  rejects = 0;
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

const TOPIC = 'webrequest_text';
const lineOf = (sequence: number): Buffer =>
  Buffer.from(
    JSON.stringify({
      hostname: 'cp1',
      sequence,
      dt: '2025-11-29T11:20:30Z',
      uri_host: 'example.org',
      uri_path: '/',
    }),
  );
const write = (...sequences: number[]): Promise<unknown> => log.append(TOPIC, sequences.map(lineOf));

function source(progress?: Progress): TopicSource {
  const take = (lines: readonly ReadLine[]): Promise<(string | undefined)[]> => {
    ids.push(...lines.map(({ incoming }) => incoming.id));
    rejects += lines.filter(({ reason }) => reason !== undefined).length;
    return Promise.resolve(lines.map(({ reason }) => reason));
  };
  const delivery = new Delivery({ take, close: () => Promise.resolve() }, Date, signal, () => {});
  return new TopicSource({
    reader: log,
    topic: TOPIC,
    asked: {},
    delivery,
    say: () => {},
    ...(progress && { progress }),
  });
}

test('each record is a line, with an id made of its host’s number', async () => {
  await write(1, 2);
  await log.append(TOPIC, [Buffer.from('what is this')]);
  await write(3);
  await source().readAll(signal);
  assert.equal(rejects, 1);
  assert.deepEqual(
    ids.filter((id) => id.startsWith('cp1')),
    [1, 2, 3].map((sequence) => `cp1/${sequence}/2025-11-29T11:20:30.000Z`),
  );
  const first = [...ids];
  await source().readAll(signal);
  assert.deepEqual(ids, [...first, ...first]);
});

test('following a topic continues at the last place', async () => {
  const file = join(folder, 'state', 'topic.json');
  const run = async (): Promise<void> => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    await source(await Progress.open(file)).follow(stop.signal);
  };
  await write(1, 2);
  await run();
  await write(3);
  await run();
  assert.deepEqual(
    ids.map((id) => id.split('/')[1]),
    ['1', '2', '3'],
  );
});

test('an unknown topic is an error', async () => {
  await assert.rejects(source().readAll(signal), /webrequest_text: there is no such topic/);
});
