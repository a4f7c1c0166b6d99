import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOf } from '../../src/streams/event-check.ts';
import { PAGEVIEW } from '../../src/streams/pageview.ts';
import { streamOf } from '../../src/streams/read-stream.ts';

const check = checkOf(
  streamOf({
    stream: 'order',
    title: 'Orders',
    owner: 'shop',
    fields: {
      order: { type: 'text', required: true, longest: 5 },
      amount: 'number',
      count: 'integer',
      paid: 'boolean',
      placed_at: 'time',
      country: { type: 'text', values: ['FR', 'DE'] },
    },
  }).schema,
);

void test('an event of its fields is taken, with the members that any event may have', () => {
  const event = {
    order: 'a',
    amount: 1.5,
    count: 2,
    paid: true,
    placed_at: '2024-03-01T12:30:00Z',
    country: 'FR',
  };
  assert.deepEqual(check(event), []);
  assert.deepEqual(check({ order: 'a', meta: { stream: 'order' }, $schema: '/order/1.0.0' }), []);
});

void test('the length of a text counts code points', () => {
  assert.deepEqual(check({ order: '\u{1F419}'.repeat(5) }), []);
});

const WRONG: readonly (readonly [event: unknown, path: string, message: string])[] = [
  [{}, '', "must have required property 'order'"],
  [[], '', 'must be object'],
  [null, '', 'must be object'],
  ['order', '', 'must be object'],
  [{ order: 'a', other: 1 }, '', 'must not have other'],
  [{ order: 'too long' }, '/order', 'must NOT have more than 5 characters'],
  [{ order: '\u{1F419}'.repeat(6) }, '/order', 'must NOT have more than 5 characters'],
  [{ order: 'x'.repeat(11) }, '/order', 'must NOT have more than 5 characters'],
  [{ order: 5 }, '/order', 'must be string'],
  [{ order: 'a', count: 1.5 }, '/count', 'must be integer'],
  [{ order: 'a', amount: '1' }, '/amount', 'must be number'],
  [{ order: 'a', amount: null }, '/amount', 'must be number'],
  [{ order: 'a', country: 'XX' }, '/country', 'must be one of FR, DE'],
  [{ order: 'a', placed_at: '2024-03-01' }, '/placed_at', 'must match format "date-time"'],
  [{ order: 'a', placed_at: '2024-13-01T00:00:00Z' }, '/placed_at', 'must match format "date-time"'],
];

for (const [event, path, message] of WRONG) {
  void test(`the reason why ${JSON.stringify(event)} is refused`, () => {
    assert.deepEqual(check(event), [{ path, message }]);
  });
}

void test('a view of a page needs no more than its site and path', () => {
  const view = checkOf(PAGEVIEW.schema);
  assert.deepEqual(view({ site: 'example.org', path: '/' }), []);
  assert.equal(view({ site: 'example.org' }).length, 1);
});
