import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../../src/core/engine-error.ts';
import { openHbaseStore } from '../../../src/stores/hbase/hbase-store.ts';
import type { SeriesStore } from '../../../src/stores/series-store.ts';
import { cell, get, key, leased, put, signal, TABLE } from '../../stores/cells.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { dropTables, emptyPlace, gateway } from './place.ts';
import { HANGS_MS } from '../../support/hangs.ts';

/* Bad networks and gateways, on the way to a real one. */
describe('the gateways of HBase', { timeout: HANGS_MS }, () => {
  const { place, prefix } = emptyPlace();
  const keys = [key('a', '1')];
  let proxies: TcpProxy[];
  let store: SeriesStore;

  before(async () => {
    const writer = await leased(openHbaseStore(place));
    await put(writer, [cell('a', '1', 'there')]);
    await writer.close();
  });
  after(() => dropTables(prefix));
  beforeEach(async () => {
    proxies = [await TcpProxy.start(gateway()), await TcpProxy.start(gateway())];
  });
  afterEach(async () => {
    await store.close();
    for (const proxy of proxies) await proxy.close();
  });

  /** The store, through as many proxies. */
  function through(count: number, options = ''): SeriesStore {
    const hosts = proxies.slice(0, count).map(({ port }) => `127.0.0.1:${port}`);
    return openHbaseStore(`//${hosts.join(',')}/${prefix}${options}`);
  }

  async function rejection(call: Promise<unknown>): Promise<{ error: unknown; ms: number }> {
    const start = performance.now();
    const error: unknown = await call.then(
      () => assert.fail('it is rejected'),
      (reason: unknown) => reason,
    );
    return { error, ms: performance.now() - start };
  }

  it('reject with a sentence where there is none', async () => {
    const port = await (proxies[0] as TcpProxy).down();
    store = openHbaseStore(`//127.0.0.1:${port}/${prefix}`);
    const { error, ms } = await rejection(store.states(signal));
    assert.ok(error instanceof EngineError);
    assert.match(
      error.message,
      /^can't read the store's row: the connection to 127\.0\.0\.1:\d+ ended: .*ECONNREFUSED/,
    );
    assert.ok(ms < 1000, `${ms} ms`);
  });

  it('reject calls under way at once when they go away, and serve again when they are back', async () => {
    store = through(1);
    const [proxy] = proxies as [TcpProxy];
    assert.deepEqual(await get(store, keys), ['there']);
    proxy.stall();
    const calls = Array.from({ length: 20 }, () => rejection(store.read(TABLE, keys, signal)));
    await sleep(100);
    const port = await proxy.down();
    for (const { error, ms } of await Promise.all(calls)) {
      assert.ok(error instanceof EngineError);
      assert.ok(ms < 500, `${ms} ms`);
    }
    proxy.resume();
    await proxy.up(port);
    await sleep(2100);
    assert.deepEqual(await get(store, keys), ['there']);
  });

  it('that stand still are given up by who asked, at once, and serve again when they go on', async () => {
    store = through(1);
    const [proxy] = proxies as [TcpProxy];
    assert.deepEqual(await get(store, keys), ['there']);
    proxy.stall();
    const reason = new Error('nobody waits any more');
    const controller = new AbortController();
    const reading = rejection(store.read(TABLE, keys, controller.signal));
    await sleep(100);
    controller.abort(reason);
    const { error, ms } = await reading;
    assert.equal(error, reason);
    assert.ok(ms < 250, `${ms} ms`);
    await sleep(1100);
    proxy.resume();
    await sleep(200);
    assert.deepEqual(await get(store, keys), ['there']);
    assert.ok(proxy.open <= 4);
  });

  it('take no more calls than can wait, and settle those that do', async () => {
    store = through(1, '?connections=1');
    const [proxy] = proxies as [TcpProxy];
    assert.deepEqual(await get(store, keys), ['there']);
    proxy.stall();
    const calls = Array.from({ length: 1200 }, () => rejection(store.read(TABLE, keys, signal)));
    const first = await Promise.race(calls);
    assert.match((first.error as Error).message, /1000 calls are already waiting/);
    await proxy.down();
    for (const { error } of await Promise.all(calls)) assert.ok(error instanceof EngineError);
  });

  it('stand in for each other', async () => {
    store = through(2);
    const [one, other] = proxies as [TcpProxy, TcpProxy];
    await Promise.all(Array.from({ length: 8 }, () => get(store, keys)));
    assert.ok(one.connections > 0 && other.connections > 0, 'both are used');
    const port = await one.down();
    await sleep(50);
    for (let i = 0; i < 20; i++) assert.deepEqual(await get(store, keys), ['there']);
    await one.up(port);
    await other.down();
    await sleep(2100);
    for (let i = 0; i < 20; i++) assert.deepEqual(await get(store, keys), ['there']);
  });

  it('are not asked by more connections than the address allows', async () => {
    store = through(1, '?connections=2');
    await Promise.all(Array.from({ length: 50 }, () => get(store, keys)));
    assert.equal((proxies[0] as TcpProxy).connections, 2);
  });
});
