import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { EventSource } from 'eventsource';
import { EventSource as UndiciEventSource } from 'undici';
import { known, day, METRIC, pathOf } from '../api/listen/rows.ts';
import { type Event, listen } from '../api/listen/events.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { randomOf } from '../support/random.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

/*
 * Real clients of server-sent events behind a network that cuts their connections: each comes back by itself, misses
 * nothing and gets nothing twice.
 */

const TYPES = ['point', 'provisional', 'correction', 'reset', 'heartbeat', 'end', 'message'] as const;

/** What a client got. */
interface Follower {
  readonly events: Event[];
  /** What is no event of ours: an empty message, made of a comment or of a block without data. */
  readonly strange: string[];
  close(): void;
}

interface AnyEventSource {
  addEventListener(type: string, listener: (event: { data: string; lastEventId: string }) => void): void;
  close(): void;
}

function follow(source: AnyEventSource): Follower {
  const events: Event[] = [];
  const strange: string[] = [];
  for (const type of TYPES)
    source.addEventListener(type, ({ data, lastEventId }) => {
      if (type === 'message') strange.push(data);
      else events.push({ event: type, data: JSON.parse(data) as Event['data'], id: lastEventId });
    });
  return { events, strange, close: () => source.close() };
}

/** The client of Microsoft needs a part of a browser's window, by which others take Node for a browser. */
const WINDOW = { window: globalThis, document: new EventTarget() };

function byFetchEventSource(url: string): Follower {
  const events: Event[] = [];
  const strange: string[] = [];
  const abort = new AbortController();
  Object.assign(globalThis, WINDOW);
  void fetchEventSource(url, {
    signal: abort.signal,
    openWhenHidden: true,
    onmessage: ({ id, event, data }) => {
      if (event === '' || data === '') strange.push(data);
      else events.push({ event, data: JSON.parse(data) as Event['data'], id });
    },
  }).catch(() => undefined);
  return { events, strange, close: () => abort.abort() };
}

/** A device that polls. */
function byPoll(url: string): Follower {
  const events: Event[] = [];
  let isOver = false;
  void (async () => {
    let lastEventId = '';
    while (!isOver) {
      try {
        const response = await fetch(`${url}?wait=2&lastEventId=${encodeURIComponent(lastEventId)}`);
        const answer = (await response.json()) as { events: Event[]; lastEventId: string };
        events.push(...answer.events);
        ({ lastEventId } = answer);
      } catch {
        await sleep(100);
      }
    }
  })();
  return { events, strange: [], close: () => void (isOver = true) };
}

describe('real clients', () => {
  let gateway: Gateway;
  let proxy: TcpProxy;
  const followers = new Map<string, Follower>();

  before(async () => {
    gateway = await startGateway();
    const base = new URL(await listen(gateway));
    proxy = await TcpProxy.start({ host: base.hostname, port: Number(base.port) });
    await gateway.load(METRIC, [day('Cat', 1, 1), day('Cat', 2, 2)]);
    const url = `http://127.0.0.1:${proxy.port}${pathOf('Cat')}`;
    followers.set('eventsource 4', follow(new EventSource(url)));
    followers.set('undici 7', follow(new UndiciEventSource(url)));
    followers.set('fetch-event-source 2', byFetchEventSource(url));
    followers.set('a long poll', byPoll(url));
  });
  after(async () => {
    for (const follower of followers.values()) follower.close();
    for (const name of Object.keys(WINDOW)) Reflect.deleteProperty(globalThis, name);
    await proxy.close();
    await gateway.close();
  });

  test('that are cut again and again have what REST gives, and were told each thing once', async () => {
    const random = randomOf(3);
    for (let round = 0; round < 5; round++) {
      const rows = new Map(
        Array.from({ length: 4 }, () => 1 + Math.floor(random() * 28)).map((date) => [
          date,
          day('Cat', date, 100 * round + date),
        ]),
      );
      await gateway.load(METRIC, [...rows.values()]);
      await sleep(random() * 500);
      proxy.drop();
      await sleep(random() * 4000);
    }
    const { items } = (await gateway.get(pathOf('Cat'))).body as { items: object[] };
    for (const [name, { events, strange }] of followers) {
      for (let tries = 0; known(events).length < items.length && tries < 200; tries++) await sleep(50);
      await sleep(200);
      assert.deepEqual(known(events), items, name);
      assert.deepEqual(
        events.filter(({ event }) => event === 'reset'),
        [],
        name,
      );
      assert.deepEqual(strange, [], name);
    }
  });

  test('come back to a server that says goodbye', async () => {
    const before = new Map([...followers].map(([name, { events }]) => [name, events.length]));
    gateway.app.drain();
    await sleep(500);
    for (const [name, { events }] of followers) {
      if (name === 'a long poll') continue;
      const told = events.slice(before.get(name)).find(({ event }) => event === 'end');
      assert.equal(told?.data.reason, 'draining', name);
    }
  });
});
