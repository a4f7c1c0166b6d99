import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.ts';
import { listen, Reader } from '../api/listen/events.ts';
import { day, itemsOf, METRIC, pathOf } from '../api/listen/rows.ts';
import { loadUnpublished } from '../support/publish-in-parts.ts';

test('who was cut while partitions are published one by one misses none of them', async (t) => {
  const gateway = await startGateway();
  t.after(() => gateway.close());
  const base = await listen(gateway);
  const open = async (id?: string): Promise<Reader> => {
    const url = base + pathOf('Cat', '20240101/20240228');
    const reader = await Reader.open(url, id === undefined ? {} : { 'last-event-id': id });
    t.after(() => reader.close());
    return reader;
  };
  const february = (views: number) => ({ ...day('Cat', 1, views), timestamp: '2024020100' });
  await gateway.load(METRIC, [day('Cat', 1, 1), february(2)]);
  const reader = await open();
  await reader.until(2);
  // The warehouse has other numbers of both months, the store at first those of one.
  const run = await loadUnpublished(gateway, METRIC, [day('Cat', 1, 11), february(22)]);
  await run({ from: Date.UTC(2024, 0, 1), until: Date.UTC(2024, 1, 1) });
  const rest = async (): Promise<unknown[]> => {
    const items = await itemsOf(gateway, pathOf('Cat', '20240101/20240228'));
    return items.map((item) => (item as { views: number }).views);
  };
  assert.deepEqual(await rest(), [11, 2]);
  const third = (await reader.until(3))[2];
  assert.equal(third?.data.views, 11);
  reader.close();
  const between = await open(third?.id);
  await between.until(1);
  await run();
  const views = async (one: Reader): Promise<unknown> => {
    for (;;) {
      const found = one.events.findLast(({ data }) => data.timestamp === '2024020100');
      if (found) return found.data.views;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  assert.equal(await views(between), 22);
  assert.equal(await views(await open(third?.id)), 22);
  assert.deepEqual(await rest(), [11, 22]);
});
