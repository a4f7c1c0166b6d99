import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mistakeLine } from '../../src/datasets/mistake.ts';
import { readStreams, type Streams } from '../../src/streams/folder.ts';

const ORDERS = `stream: shop.order
title: Orders placed
owner: shop@example.org
fields:
  order: { type: text, required: true, longest: 20 }
  amount: number
  placed_at: time
  country: { type: text, values: [FR, DE] }
  email: { type: text, personal: true, description: Of who ordered. }
retention: 30 days
personal: { keep: 12 hours }
sampling: { share: 0.5, by: order }
time: { field: placed_at, window: 2 days }
repeats: 1 hour
`;

const BY_SCHEMA = `stream: search
title: Searches
owner: search team
schema:
  $schema: https://json-schema.org/draft-07/schema#
  $id: /search/1.0.0
  type: object
  additionalProperties: false
  required: [query]
  properties:
    query: { type: string }
    at: { type: string, format: date-time }
    filters: { type: object, additionalProperties: { type: string } }
personal: { fields: [query] }
`;

async function read(files: Readonly<Record<string, string>>): Promise<Streams> {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-streams-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await readStreams([folder]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function mistakes(files: Readonly<Record<string, string>>): Promise<string[]> {
  return (await read(files)).mistakes.map(mistakeLine);
}

void test('a stream is what its file says', async () => {
  const { streams, mistakes } = await read({ 'orders.yaml': ORDERS });
  assert.deepEqual(mistakes, []);
  const stream = streams.get('shop.order');
  assert.ok(stream);
  const { schema, fields, ...rest } = stream;
  assert.deepEqual(rest, {
    name: 'shop.order',
    title: 'Orders placed',
    owner: 'shop@example.org',
    retentionMs: 30 * 86_400_000,
    personalMs: 12 * 3_600_000,
    sampling: { share: 0.5, by: 'order' },
    time: { field: 'placed_at', windowMs: 2 * 86_400_000 },
    repeatsMs: 3_600_000,
  });
  assert.deepEqual(
    fields.map(({ name, type, personal }) => `${name} ${type}${personal ? ' personal' : ''}`),
    ['order text', 'amount number', 'placed_at time', 'country text', 'email text personal'],
  );
  assert.deepEqual(schema.required, ['order']);
});

void test('what a file leaves out has the documented defaults', async () => {
  const { streams } = await read({ 'orders.yaml': ORDERS.replace(/^retention[^]*/m, '') });
  const { retentionMs, personalMs, sampling, time, repeatsMs } = streams.get('shop.order') ?? assert.fail();
  const days = [retentionMs, personalMs, repeatsMs].map((ms) => ms / 86_400_000);
  assert.deepEqual(
    { days, sampling, time },
    { days: [90, 7, 1], sampling: { share: 1, by: 'meta.id' }, time: undefined },
  );
});

void test('an owner names the field that holds the site, which must be a text', async () => {
  const { streams, mistakes: none } = await read({ 'orders.yaml': `${ORDERS}site: country\n` });
  assert.deepEqual(none, []);
  assert.equal(streams.get('shop.order')?.site, 'country');
  assert.deepEqual(await mistakes({ 'orders.yaml': `${ORDERS}site: amount\n` }), [
    'orders.yaml:15:7: amount should be type: text.',
  ]);
  assert.deepEqual(await mistakes({ 'orders.yaml': `${ORDERS}site: contry\n` }), [
    'orders.yaml:15:7: there is no field contry: did you mean country?',
  ]);
});

void test('a stream may have a JSON Schema instead, also one of draft-07', async () => {
  const { streams, mistakes } = await read({ 'search.yaml': BY_SCHEMA });
  assert.deepEqual(mistakes, []);
  assert.deepEqual(
    streams.get('search')?.fields.map(({ name, type, personal }) => [name, type, personal]),
    [
      ['query', 'text', true],
      ['at', 'time', false],
      ['filters', 'json', false],
    ],
  );
});

void test('the stream of page views is built in, and no other can have its name', async () => {
  assert.deepEqual(
    [...(await read({})).streams.keys()],
    ['pageview', 'action', 'webrequest', 'mediawiki.revision-create', 'rejects'],
  );
  assert.deepEqual(await mistakes({ 'a.yaml': ORDERS.replace('shop.order', 'Pageview') }), [
    'a.yaml:1:9: Pageview would have the same table as a stream that is built in: choose another name.',
  ]);
});

void test('two streams with the same table are reported, and the first stays', async () => {
  const { streams, mistakes } = await read({
    'a.yaml': ORDERS,
    'b.yaml': ORDERS.replace('shop.order', 'shop_order'),
  });
  assert.deepEqual(mistakes.map(mistakeLine), [
    'b.yaml:1:9: shop_order would have the same table as shop.order of a.yaml: choose another name.',
  ]);
  assert.deepEqual(
    [...streams.keys()],
    ['pageview', 'action', 'webrequest', 'mediawiki.revision-create', 'rejects', 'shop.order'],
  );
});

void test('a file with a mistake leaves the others alone', async () => {
  const { streams, mistakes } = await read({ 'a.yaml': 'stream: [', 'b.yaml': ORDERS });
  assert.equal(mistakes.length, 1);
  assert.ok(streams.has('shop.order'));
});

const CASES: Readonly<Record<string, [from: string, to: string, line: string]>> = {
  'a member that does not exist': [
    'owner:',
    'ownr:',
    'orders.yaml:3:1: ownr is not a member of a stream: did you mean owner?',
  ],
  'an owner that is missing': [
    'owner: shop@example.org\n',
    '',
    'orders.yaml:1:1: owner is missing in a stream.',
  ],
  'a name that no stream can have': [
    'shop.order',
    'shop order',
    'orders.yaml:1:9: stream is "shop order", but should be a name of at most 200 letters, digits, ".", "_" and "-" that begins with a letter or a digit; write shop-order.',
  ],
  'a type that does not exist': [
    'amount: number',
    'amount: money',
    'orders.yaml:6:11: fields.amount is "money", but should be one of text, integer, number, boolean, time, or an object with a type and other members.',
  ],
  'a type among members that does not exist': [
    'order: { type: text',
    'order: { type: txt',
    'orders.yaml:5:18: fields.order.type should be one of text, integer, number, boolean, time: did you mean text?',
  ],
  'a name that no column can have': [
    'amount:',
    'Amount-€:',
    'orders.yaml:6:3: Amount-€ should be a name of at most 60 lower-case letters, digits and underscores that begins with a letter; write amount.',
  ],
  'a text that is no duration': [
    '30 days',
    '30d',
    'orders.yaml:10:12: retention is "30d", but should be a duration like 30 minutes, 12 hours or 7 days.',
  ],
  'personal fields kept for longer than events': [
    '12 hours',
    '31 days',
    'orders.yaml:11:19: it is longer than events are kept: 30 days.',
  ],
  'a share above 1': ['share: 0.5', 'share: 5', 'orders.yaml:12:20: sampling.share must be <= 1.'],
  'sampling by an unknown field': [
    'by: order',
    'by: oder',
    'orders.yaml:12:29: there is no field oder: did you mean order?',
  ],
  'hours by an unknown field': [
    'field: placed_at',
    'field: placed',
    'orders.yaml:13:16: there is no field placed: did you mean placed_at?',
  ],
  'hours by a field that is no time': [
    'field: placed_at',
    'field: amount',
    'orders.yaml:13:16: amount should be type: time, because events are put into hours by it.',
  ],
  'both fields and a schema': [
    'retention:',
    'schema: { type: object }\nretention:',
    'orders.yaml:10:1: a stream has either fields or schema, which say what its events hold.',
  ],
  'personal fields declared in two places': [
    'keep: 12 hours',
    'fields: [email]',
    'orders.yaml:11:13: mark a field as personal in its own declaration: personal: true.',
  ],
};

for (const [name, [from, to, line]] of Object.entries(CASES)) {
  void test(`a mistake is reported with its place and what to do: ${name}`, async () => {
    assert.ok(ORDERS.includes(from), from);
    assert.deepEqual(await mistakes({ 'orders.yaml': ORDERS.replace(from, to) }), [line]);
  });
}

void test('a schema that nothing can be checked by is reported', async () => {
  const wrong = BY_SCHEMA.replace('query: { type: string }', 'query: { type: strin }');
  const [line, ...more] = await mistakes({ 'search.yaml': wrong });
  assert.match(line ?? '', /^search\.yaml:5:3: events can't be checked by this schema: .*type/);
  assert.deepEqual(more, []);
  const elsewhere = BY_SCHEMA.replace(
    'query: { type: string }',
    'query: { $ref: "https://example.org/q.json" }',
  );
  assert.match((await mistakes({ 'search.yaml': elsewhere })).join(), /can't resolve reference/);
});

const NUMBERED = `${ORDERS}sequence: { host: order, number: nth }\n`.replace(
  'amount:',
  'nth: integer\n  amount:',
);

void test('a stream may say how its senders number their events', async () => {
  const { streams } = await read({ 'orders.yaml': NUMBERED });
  assert.deepEqual(streams.get('shop.order')?.sequence, { host: 'order', number: 'nth' });
  const wrong = NUMBERED.replace('host: order', 'host: oder').replace('number: nth', 'number: amount');
  assert.deepEqual(await mistakes({ 'orders.yaml': wrong }), [
    'orders.yaml:16:19: there is no field oder: did you mean order?',
    'orders.yaml:16:33: amount should be type: integer.',
  ]);
});

void test('a field that is never written can not be required', async () => {
  const text = ORDERS.replace('keep: 12 hours', 'keep: 0 days').replace(
    'personal: true',
    'personal: true, required: true',
  );
  assert.deepEqual(await mistakes({ 'orders.yaml': text }), [
    'orders.yaml:9:10: email is required, but personal.keep is 0 days, so it is never written.',
  ]);
  assert.deepEqual(await mistakes({ 'orders.yaml': ORDERS.replace('keep: 12 hours', 'keep: 0 days') }), []);
});
