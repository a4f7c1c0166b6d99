import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SIGNAL } from '../../load/engines.ts';
import { counterOf } from '../../live/counted.ts';
import { liveGateway } from '../../live/live-gateway.ts';
import { startGateway } from '../../support/gateway.ts';
import { type Event, listen, Reader } from './events.ts';

const NOON = Date.UTC(2026, 10, 29, 12);

const PATH = '/metrics/pageviews/per-article/blog.example.net/all-access/user/%2Fa/daily/20261123/now';

test('a client is not told again what it knows of a site whose first hour is not over', async (t) => {
  const live = await liveGateway(t, NOON + 30_000);
  const { lake, gateway } = live;
  const view = async (): Promise<void> => {
    await lake.requests({ dt: new Date(lake.clock.ms).toISOString(), uri_path: '/a' });
    await live.goOn();
    gateway.app.road.watch.changes.changed();
  };
  let id: string | undefined;
  const open = async (base: string): Promise<Reader> => {
    const reader = await Reader.open(base + PATH, id === undefined ? {} : { 'last-event-id': id });
    t.after(() => reader.close());
    return reader;
  };
  const shown = ({ event, data }: Event): unknown[] => [event, data.views];
  /** Comes with the last id, and is cut after the next event. */
  const next = async (base: string): Promise<unknown[]> => {
    const reader = await open(base);
    const [event] = await reader.until(1);
    reader.close();
    id = event?.id;
    return event ? shown(event) : [];
  };
  const base = await listen(gateway);
  await view();
  assert.deepEqual(await next(base), ['provisional', 1]);
  await view();
  assert.deepEqual(await next(base), ['provisional', 2]);

  // Nor by a gateway that was just started, and has counted nothing yet.
  const counting = await counterOf(t, lake);
  const other = await startGateway({
    clock: { now: () => lake.clock.ms },
    live: counting.numbers,
    flags: { warehouse: `duckdb:${lake.lake}` },
  });
  t.after(() => other.close());
  const reader = await open(await listen(other));
  for (let seconds = 0; seconds < 3; seconds++) {
    lake.clock.ms += 6_000;
    await counting.counter.round(SIGNAL);
    await other.app.road.watch.refresh();
    other.app.road.watch.changes.changed();
  }
  const hasOpen = async (): Promise<boolean> => (await other.get(PATH)).status === 200;
  assert.ok(await hasOpen());
  await lake.requests({ dt: new Date(lake.clock.ms).toISOString(), uri_path: '/a' });
  lake.clock.ms += 1_000;
  await counting.counter.round(SIGNAL);
  other.app.road.watch.changes.changed();
  assert.deepEqual((await reader.until(1)).map(shown), [['provisional', 3]]);
});
