import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveGateway } from '../../live/live-gateway.ts';
import { listen, Reader } from './events.ts';

const NOON = Date.UTC(2026, 10, 29, 12);

test('a client is not told again what it knows of a site whose first hour is not over', async (t) => {
  const live = await liveGateway(t, NOON + 30_000);
  const { lake, gateway } = live;
  const url = `${await listen(gateway)}/metrics/pageviews/per-article/blog.example.net/all-access/user/%2Fa/daily/20261123/now`;
  const view = async (): Promise<void> => {
    await lake.requests({ dt: new Date(lake.clock.ms).toISOString(), uri_path: '/a' });
    await live.goOn();
    gateway.app.road.watch.changes.changed();
  };
  /** Comes with the last id, and is cut after the next event. */
  let id: string | undefined;
  const next = async (): Promise<unknown[]> => {
    const reader = await Reader.open(url, id === undefined ? {} : { 'last-event-id': id });
    const [event] = await reader.until(1);
    reader.close();
    id = event?.id;
    return [event?.event, event?.data.views];
  };
  await view();
  assert.deepEqual(await next(), ['provisional', 1]);
  await view();
  assert.deepEqual(await next(), ['provisional', 2]);
});
