import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStreams } from '../../src/setup/serve-streams.ts';
import { streamRoad } from './stream-road.ts';

const ITEMS = `dataset: items
title: Orders by item
licence: CC0-1.0
stream: order
grain: daily
dimensions: [item]
measures: { orders: }
`;
const MINUTE_MS = 60_000;

void test('beside a gateway numbers are made when a day is over, and again after late events, with a pause', async (t) => {
  const road = await streamRoad(t);
  // Without events nothing is made.
  await road.make(ITEMS);
  const metric = road.metric('items');
  const errors: object[] = [];
  let nowMs = Date.parse('2026-03-02T00:01:00Z');
  const stop = startStreams({
    lake: join(road.folder, 'lake'),
    config: { leaseWaitMs: 10_000 },
    served: () => [metric],
    warehouse: road.engines.warehouse,
    clock: { now: () => nowMs },
    logger: {
      info: () => undefined,
      warn: () => undefined,
      error: (members: object) => void errors.push(members),
    },
    lookMs: 20,
  });
  t.after(stop);
  const comesTo = async (expected: readonly string[]): Promise<void> => {
    for (const end = performance.now() + 30_000; performance.now() < end; await sleep(20))
      if ((await road.rows('items')).join() === expected.join()) return;
    assert.deepEqual(await road.rows('items'), expected);
  };
  await road.load([{ dt: '2026-03-01T10:00:00Z', item: 'tea' }], '2026-03-01T12:00:00Z');
  await sleep(200);
  assert.deepEqual(await road.rows('items'), []);
  await road.load([], '2026-03-02T00:01:00Z');
  await comesTo(['2026-03-01 tea 1']);
  await road.load([{ dt: '2026-03-01T23:00:00Z', item: 'tea' }], '2026-03-02T00:02:00Z');
  await sleep(200);
  assert.deepEqual(await road.rows('items'), ['2026-03-01 tea 1']);
  nowMs += 6 * MINUTE_MS;
  await comesTo(['2026-03-01 tea 2']);
  assert.deepEqual(errors, []);
});
