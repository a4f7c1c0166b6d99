import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { readLog } from './read-log.ts';

let gateway: Gateway;
let streams: string;
before(async () => {
  streams = await mkdtemp(join(tmpdir(), 'kraken-streams-'));
  for (const name of ['Plain', 'eventlogging_Moved']) {
    const text = `stream: ${name}\ntitle: A title\nowner: somebody\nfields: { action: { type: text, required: true }, user_agent: text }\n`;
    await writeFile(join(streams, `${name}.yaml`), text);
  }
  gateway = await startGateway({ flags: { collect: 'true', streams } });
});
after(async () => {
  await gateway.close();
  await rm(streams, { recursive: true, force: true });
});

const capsule = (schema: string, event: object) => ({
  event,
  schema,
  webHost: 'example.org',
  wiki: 'enwiki',
  revision: 5,
});
const beacon = (value: unknown, path = '/beacon/event') =>
  gateway.get(`${path}?${encodeURIComponent(JSON.stringify(value))};`);

void test('a capsule of EventLogging is an event of the stream that its schema names', async () => {
  const text = 'a b+c;"ü"';
  const answer = await beacon(capsule('Plain', { action: text }));
  assert.deepEqual([answer.status, answer.text], [204, '']);
  const pixel = await beacon(capsule('Moved', { action: 'pixel' }), '/event.gif').set(
    'user-agent',
    'Other/1.0',
  );
  assert.deepEqual([pixel.status, pixel.type, (pixel.body as Buffer).length], [200, 'image/gif', 43]);
  assert.equal(
    (
      await gateway.get(
        '/beacon/event?%7B%22meta%22:%7B%22stream%22:%22Plain%22,%22id%22:%221%22%7D,%22action%22:%22a+b%22%7D;',
      )
    ).status,
    204,
  );

  const [first, second] = await readLog(gateway.eventLog, 'Plain');
  assert.deepEqual(
    [first?.['action'], first?.meta],
    [text, { ...first?.meta, stream: 'Plain', domain: 'example.org' }],
  );
  assert.deepEqual([second?.['action'], second?.meta.id], ['a b', '1']);
  const [moved] = await readLog(gateway.eventLog, 'eventlogging_Moved');
  assert.deepEqual([moved?.['action'], moved?.['user_agent']], ['pixel', 'Other/1.0']);
});

void test('a truncated event, or none, is refused with a sentence', async () => {
  const json = JSON.stringify(capsule('Plain', { action: 'a' }));
  const whole = encodeURIComponent(json);
  for (const [query, detail] of [
    ['', 'The URL has no event.'],
    [whole, 'The event is cut off: the ; at its end is missing.'],
    [`${encodeURIComponent(json.slice(0, -9))};`, 'The body is not valid JSON.'],
    ['%ff;', 'The event is not percent-encoded UTF-8.'],
    ['5;', 'An event is a JSON object.'],
    ['%7B%7D;', 'An event has meta.stream, or a schema and an event.'],
    [
      `${encodeURIComponent(JSON.stringify(capsule('Other', {})))};`,
      'There is no stream "Other" to send to. There are pageview, action, Plain, eventlogging_Moved.',
    ],
    [
      `${encodeURIComponent(JSON.stringify(capsule('Plain', {})))};`,
      "The event must have required property 'action'.",
    ],
  ] as const) {
    const answer = await gateway.get(`/beacon/event?${query}`);
    assert.deepEqual([answer.status, (answer.body as { detail: string }).detail], [400, detail]);
  }
});
