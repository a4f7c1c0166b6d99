import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamRoad } from './stream-road.ts';

const ITEMS = `dataset: items
title: Orders by item
licence: CC0-1.0
stream: order
grain: daily
dimensions: [item]
measures: { orders: }
`;

void test('events are counted by a field, by days, once a day is over', async (t) => {
  const road = await streamRoad(t);
  await road.load(
    [
      { dt: '2026-03-01T10:00:00Z', item: 'tea' },
      { dt: '2026-03-01T23:59:59Z', item: 'tea' },
      { dt: '2026-03-01T11:00:00Z', item: 'cake' },
      { dt: '2026-03-02T00:00:00Z', item: 'tea' },
      { dt: '2026-03-02T01:00:00Z' },
    ],
    '2026-03-02T12:00:00Z',
  );
  await road.make(ITEMS);
  assert.deepEqual(await road.rows('items'), ['2026-03-01 cake 1', '2026-03-01 tea 2']);
  await road.load([], '2026-03-03T00:01:00Z');
  await road.make(ITEMS);
  assert.deepEqual(await road.rows('items'), [
    '2026-03-01 cake 1',
    '2026-03-01 tea 2',
    '2026-03-02 (none) 1',
    '2026-03-02 tea 1',
  ]);
});
