import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Event, streamRoad } from './stream-road.ts';

/** A data set of one day with these members. */
function dataset(members: string): string {
  return `dataset: orders
title: Orders
licence: CC0-1.0
stream: order
grain: daily
${members}
`;
}

const DAY = '2026-03-01';
const NOON = `${DAY}T12:00:00Z`;

/** The rows of a data set of these events, without the date. */
async function counted(
  t: Parameters<typeof streamRoad>[0],
  members: string,
  events: readonly Omit<Event, 'dt'>[],
): Promise<string[]> {
  const road = await streamRoad(t);
  await road.load(
    events.map((fields) => ({ dt: NOON, ...fields })),
    '2026-03-02T00:01:00Z',
  );
  await road.make(dataset(members));
  return (await road.rows('orders')).map((row) => row.slice(DAY.length + 1));
}

void test('a dimension is a field, or one of a few things that are made of it', async (t) => {
  const road = await streamRoad(t);
  const pages: readonly [page: string | undefined, host: string, segment: string][] = [
    ['https://Shop.Example.org/Tea/green?q=1', 'shop.example.org', 'Tea'],
    ['http://user:pw@shop.example.org:8080/tea', 'shop.example.org', 'tea'],
    ['//cdn.example.org/a/b', 'cdn.example.org', 'a'],
    ['http://[2001:db8::1]:80/x', '[2001:db8::1]', 'x'],
    ['/cake/lemon#top', '(none)', 'cake'],
    ['cake', '(none)', 'cake'],
    ['/', '(none)', '(none)'],
    ['mailto:a@example.org', '(none)', 'mailto:a@example.org'],
    [String.raw`http://shop.example.org\@evil.example/x`, 'shop.example.org', '@evil.example'],
    [undefined, '(none)', '(none)'],
  ];
  await road.load(
    pages.map(([page]) => ({ dt: NOON, ...(page === undefined ? {} : { page }) })),
    '2026-03-02T00:01:00Z',
  );
  await road.make(
    dataset(`dimensions:
  - { name: host, field: page, as: host }
  - { name: section, field: page, as: first-segment }
measures: { orders: }`),
  );
  const expected = new Map<string, number>();
  for (const [, host, segment] of pages) {
    const key = `${DAY} ${host} ${segment}`;
    expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  assert.deepEqual(await road.rows('orders'), [...expected].map(([key, n]) => `${key} ${n}`).sort());
});

void test('letters are made small, and texts that paths cannot hold are changed', async (t) => {
  const items = ['Tea', 'TEA', ' tea ', 'te\u0007a', 'a|b', '', 'É', 'x'.repeat(300), undefined];
  const rows = await counted(
    t,
    'dimensions: [{ name: item, as: lower-case }]\nmeasures: { orders: }',
    items.map((item) => (item === undefined ? {} : { item })),
  );
  assert.deepEqual(rows, ['(none) 2', 'a¦b 1', 'te a 1', 'tea 3', `${'x'.repeat(256)} 1`, 'é 1']);
});

void test('numbers have ranges: a border belongs to the range above it', async (t) => {
  const rows = await counted(
    t,
    'dimensions: [{ name: size, field: amount, borders: [-1, 0.5, 100] }]\nmeasures: { orders: }',
    [-5, -1, 0, 0.5, 99.99, 100, 1e9, undefined].map((amount) => (amount === undefined ? {} : { amount })),
  );
  assert.deepEqual(rows, ['(none) 1', '-1-to-0.5 2', '0.5-to-100 2', '100-and-over 2', 'under--1 1']);
});

void test('a field is there or not, true or false, an integer', async (t) => {
  const rows = await counted(
    t,
    'dimensions: [{ name: has-note, field: note, as: present }, gift, pieces]\nmeasures: { orders: }',
    [
      { note: 'x', gift: true, pieces: 2 },
      { note: '', gift: false, pieces: -3 },
      { gift: true, pieces: 2 },
      {},
    ],
  );
  assert.deepEqual(rows, [
    'absent (none) (none) 1',
    'absent false -3 1',
    'absent true 2 1',
    'present true 2 1',
  ]);
});

void test('numbers are added up exactly', async (t) => {
  const rows = await counted(t, 'measures: { orders: , amount: { sum: amount }, pieces: { sum: pieces } }', [
    { amount: 0.1, pieces: 1 },
    { amount: 0.2, pieces: -3 },
    { pieces: 7 },
    // More than such a sum can hold counts as none.
    { amount: 1e300 },
  ]);
  assert.deepEqual(rows, ['orders 4 0.3 5']);
});

void test('a sum beyond the numbers of JSON is unknown, and stops nothing', async (t) => {
  const big = 2 ** 53 - 1;
  const rows = await counted(t, 'dimensions: [item]\nmeasures: { pieces: { sum: pieces } }', [
    { item: 'big', pieces: big },
    { item: 'big', pieces: big },
    { item: 'small', pieces: 1 },
  ]);
  assert.deepEqual(rows, ['big NaN', 'small 1']);
});

void test('only events with the given values count', async (t) => {
  const rows = await counted(
    t,
    "dimensions: [item]\nwhere: { item: [tea, \"o'brien; --\", '\\'], gift: true, pieces: [1, 2] }\nmeasures: { orders: }",
    [
      { item: 'tea', gift: true, pieces: 1 },
      { item: "o'brien; --", gift: true, pieces: 2 },
      { item: '\\', gift: true, pieces: 2 },
      { item: 'tea', gift: false, pieces: 1 },
      { item: 'tea', gift: true, pieces: 3 },
      { item: 'tea', gift: true },
      { item: 'cake', gift: true, pieces: 1 },
    ],
  );
  assert.deepEqual(rows, [String.raw`\ 1`, "o'brien; -- 1", 'tea 1']);
});

void test('a total is counted by itself, also of what cannot be added up', async (t) => {
  const rows = await counted(
    t,
    `dimensions: [{ name: item, total: all }, { name: gift, total: any }]
measures: { orders: , buyers: { unique: customer } }`,
    [
      { item: 'tea', gift: true, customer: 'ada' },
      { item: 'tea', gift: false, customer: 'bob' },
      { item: 'cake', gift: true, customer: 'ada' },
      // A sender may call an item like the total.
      { item: 'all', gift: true },
    ],
  );
  assert.deepEqual(rows, [
    '(all) any 1 0',
    '(all) true 1 0',
    'all any 4 2',
    'all false 1 1',
    'all true 3 1',
    'cake any 1 1',
    'cake true 1 1',
    'tea any 2 2',
    'tea false 1 1',
    'tea true 1 1',
  ]);
});

void test('fields may have any name that a schema gives them', async (t) => {
  const names = ['order', 'timestamp', '_file', 'year', `x"'; DROP TABLE t; --`, 'a b\\c${d}'];
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  const stream = { stream: 'order', title: 'Orders', owner: 'x', schema: { type: 'object', properties } };
  // JSON is YAML.
  const road = await streamRoad(t, JSON.stringify(stream));
  await road.load(
    [{ dt: NOON, ...Object.fromEntries(names.map((name, i) => [name, `value ${i}`])) }],
    '2026-03-02T00:01:00Z',
  );
  const dimensions = names.map((field, i) => ({ name: `d${i}`, field }));
  const where = { [names[4] as string]: ['value 4', `'; --`] };
  await road.make(
    dataset(`dimensions: ${JSON.stringify(dimensions)}
where: ${JSON.stringify(where)}
measures: { order: , group: { unique: ${JSON.stringify(names[4])} } }`),
  );
  assert.deepEqual(await road.rows('orders'), [`${DAY} ${names.map((_, i) => `value ${i}`).join(' ')} 1 1`]);
});
