import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventStream } from '../../src/datasets/event-stream.ts';
import { streamOf } from '../../src/streams/read-stream.ts';
import { built, mistakesOf } from '../datasets/folder.ts';

const DAY_MS = 86_400_000;
const STREAM = streamOf({
  stream: 'order',
  title: 'Orders',
  owner: 'shop@example.org',
  fields: {
    item: 'text',
    amount: 'number',
    pieces: 'integer',
    gift: 'boolean',
    placed: 'time',
    address: { type: 'text', personal: true },
  },
  retention: '30 days',
  personal: { keep: '2 days' },
});

const LINES = [
  'dataset: orders',
  'title: Orders',
  'licence: CC0-1.0',
  'stream: order',
  'grain: daily',
  'dimensions: [item]',
  'measures: { orders: }',
];

/** The mistakes after one line was replaced. */
async function mistakesWith(
  name: string,
  line: string,
  change: Partial<EventStream> = {},
): Promise<string[]> {
  const lines = LINES.map((one) => (one.startsWith(`${name}:`) ? line : one));
  if (!LINES.some((one) => one.startsWith(`${name}:`))) lines.push(line);
  const streams = new Map([['order', { ...STREAM, ...change }]]);
  return mistakesOf({ 'orders.yaml': `${lines.join('\n')}\n` }, streams);
}

const CASES: readonly [what: string, name: string, line: string, mistake: string, Partial<EventStream>?][] = [
  [
    'a stream that does not exist',
    'stream',
    'stream: orders',
    'orders.yaml:4:9: there is no stream orders: did you mean order?',
  ],
  [
    'a field that the stream does not have',
    'dimensions',
    'dimensions: [{ name: thing, field: itme }]',
    'orders.yaml:6:36: order has no field itme: did you mean item?',
  ],
  [
    'a personal field as a dimension',
    'dimensions',
    'dimensions: [item, address]',
    'orders.yaml:6:20: address is personal: of a personal field, only the number of different values can be published, by unique.',
  ],
  [
    'a personal field made of less',
    'dimensions',
    'dimensions: [{ name: has-address, field: address, as: present }]',
    'orders.yaml:6:42: address is personal: of a personal field, only the number of different values can be published, by unique.',
  ],
  [
    'a personal field in a condition',
    'where',
    'where: { address: 192.0.2.1 }',
    'orders.yaml:8:10: address is personal: of a personal field, only the number of different values can be published, by unique.',
  ],
  [
    'a personal field that is never kept',
    'measures',
    'measures: { senders: { unique: address } }',
    'orders.yaml:7:32: address is never kept, because personal.keep of order is 0 days.',
    { personalMs: 0 },
  ],
  [
    'months of events that are kept for less',
    'grain',
    'grain: monthly',
    'orders.yaml:5:8: events of order are kept for 30 days, less than a month: count them daily, or keep them longer.',
  ],
  [
    'days of personal fields that are kept for less',
    'measures',
    'measures: { senders: { unique: address } }',
    'orders.yaml:5:8: personal fields of order are kept for 1 hour, less than a day: count them hourly, or keep them longer.',
    { personalMs: DAY_MS / 24 },
  ],
  [
    'a number without ranges',
    'dimensions',
    'dimensions: [amount]',
    'orders.yaml:6:14: amount is a number: give the borders of its ranges.',
  ],
  [
    'borders that descend',
    'dimensions',
    'dimensions: [{ name: size, field: amount, borders: [10, 5] }]',
    'orders.yaml:6:57: 5 should be greater than 10, the border before it.',
  ],
  [
    'ranges of a text',
    'dimensions',
    'dimensions: [{ name: item, borders: [10] }]',
    'orders.yaml:6:28: item is a text: only a number has ranges.',
  ],
  [
    'a time',
    'dimensions',
    'dimensions: [placed]',
    "orders.yaml:6:14: placed is a time, whose values can't be a dimension; write as: present.",
  ],
  [
    'an expression that does not exist',
    'dimensions',
    'dimensions: [{ name: item, as: upper-case }]',
    'orders.yaml:6:32: dimensions.0.as should be one of lower-case, host, first-segment, present: did you mean lower-case?',
  ],
  [
    'an expression of a text for something else',
    'dimensions',
    'dimensions: [{ name: pieces, as: host }]',
    'orders.yaml:6:14: pieces should be a text for as: host; it is an integer.',
  ],
  [
    'a sum of a text',
    'measures',
    'measures: { goods: { sum: item } }',
    "orders.yaml:7:27: item is not a number, so it can't be added up.",
  ],
  [
    'two ways to count',
    'measures',
    'measures: { pieces: { sum: pieces, unique: item } }',
    'orders.yaml:7:36: a measure has either sum or unique.',
  ],
  [
    'a number of different values that is added up',
    'measures',
    'measures: { goods: { unique: item, additive: true } }',
    "orders.yaml:7:46: goods can't be added up: the same value would count twice.",
  ],
  [
    'a condition of another type',
    'where',
    'where: { pieces: [1, two] }',
    'orders.yaml:8:22: pieces is a number, unlike "two".',
  ],
  [
    'a column',
    'dimensions',
    'dimensions: [{ name: item, column: Item }]',
    'orders.yaml:6:28: a stream has no columns: write field.',
  ],
  [
    'a date',
    'date',
    'date: placed',
    'orders.yaml:8:1: date is for the columns of a file, and a stream has none.',
  ],
  [
    'no grain',
    'grain',
    '# no grain',
    'orders.yaml:1:1: grain is missing: a data set from a stream needs it.',
  ],
  [
    'no licence',
    'licence',
    '# no licence',
    'orders.yaml:1:1: licence is missing: name the one under which the numbers may be used.',
  ],
];

for (const [what, name, line, mistake, change] of CASES) {
  void test(`${what}: the message has the place, and what is wrong`, async () => {
    assert.deepEqual(await mistakesWith(name, line, change), [mistake]);
  });
}

void test('a data set without mistakes has none', async () => {
  assert.deepEqual(await mistakesWith('dimensions', 'dimensions: [item]'), []);
});

void test('a file has no fields', async () => {
  const mistakes = await mistakesOf({
    'cake.csv': 'day,cakes\n2024-01-01,1\n',
    'cake.yaml': `dataset: cake
title: Cakes
licence: CC0-1.0
file: cake.csv
grain: daily
date: day
where: { cakes: 1 }
measures: { cakes: { sum: cakes } }
`,
  });
  assert.deepEqual(mistakes, [
    'cake.yaml:7:1: where is for the fields of a stream, and a file has none.',
    'cake.yaml:8:22: sum is for the fields of a stream, and a file has none.',
  ]);
});

void test('names of fields are never a part of SQL, whatever they hold', async () => {
  const name = `x"; DROP TABLE t; --'`;
  const streams = new Map([
    ['order', { ...STREAM, fields: [{ name, type: 'text', personal: false } as const] }],
  ]);
  const text = `${LINES.join('\n')}\n`.replace('[item]', `[{ name: item, field: ${JSON.stringify(name)} }]`);
  const { catalogue } = await built({ 'orders.yaml': text }, streams);
  const { aggregate } = catalogue.byName.get('orders') ?? {};
  assert.equal(aggregate?.events?.fields[0]?.name, name);
  assert.doesNotMatch(aggregate?.rows.text ?? '', /DROP/);
});
