import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { pino } from 'pino';
import { buildApp, type App } from '../../../src/app.ts';
import { readConfig } from '../../../src/config/config.ts';
import { makeCatalogue } from '../../../src/core/metric/catalogue.ts';
import { METRICS } from '../../../src/metrics/index.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { randomOf } from '../../support/random.ts';
import { listen, Reader, type Event } from './events.ts';
import { day, itemsOf, known, METRIC, pathOf } from './rows.ts';

let gateway: Gateway;
let other: App;
/** The addresses of two gateways of the same data. */
const bases: string[] = [];
const readers: Reader[] = [];
const open = async (url: string, id?: string, gatewayAt = 0): Promise<Reader> => {
  const headers: Record<string, string> = id === undefined ? {} : { 'last-event-id': id };
  const reader = await Reader.open((bases[gatewayAt] as string) + url, headers);
  readers.push(reader);
  return reader;
};
const items = (path: string): Promise<object[]> => itemsOf(gateway, path);
/** Loads rows, and waits until both gateways see them. */
const load = async (...rows: object[]): Promise<void> => {
  await gateway.load(METRIC, rows);
  await other.road.watch.refresh();
};

before(async () => {
  gateway = await startGateway();
  bases.push(await listen(gateway));
  const { store, warehouse, folder } = gateway;
  other = await buildApp({
    config: readConfig({}, { data: folder, refreshMs: '50' }),
    catalogue: makeCatalogue(METRICS),
    store,
    warehouse,
    clock: Date,
    logger: pino({ level: 'silent' }),
    datasets: [],
  });
  bases.push(await listen({ app: other }));
});
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});
after(async () => {
  await other.close();
  await gateway.close();
});

describe('a client that was cut', () => {
  test('gets what it lacks after each event, at another gateway too, and nothing twice', async () => {
    await load(day('Cat', 1, 1), day('Cat', 2, 2), day('Cat', 3, 3));
    const reader = await open(pathOf('Cat'));
    await reader.until(3);
    await load(day('Cat', 2, 22), day('Cat', 4, 4), day('Cat', 5, 5));
    await reader.until(6);
    await load(day('Cat', 4, 44), day('Cat', 6, 6));
    const events = await reader.until(8);
    const rows = await items(pathOf('Cat'));
    assert.deepEqual(known(events), rows);
    for (let cut = 1; cut <= events.length; cut++)
      for (const at of [0, 1]) {
        const seen = events.slice(0, cut);
        const before = known(seen);
        const again = await open(pathOf('Cat'), seen.at(-1)?.id, at);
        // What is known and still right isn't told again.
        const lacking = rows.filter(
          (row) => !before.some((one) => JSON.stringify(one) === JSON.stringify(row)),
        );
        const told = await again.until(lacking.length);
        assert.deepEqual(known([...seen, ...told]), rows, `after ${cut} events, at ${at}`);
        again.close();
      }
  });

  test('is told nothing if nothing is new, whatever else was loaded', async () => {
    await load(day('Dog', 1, 1));
    const [event] = await (await open(pathOf('Dog'))).until(1);
    await load(day('Fox', 1, 1));
    const again = await open(pathOf('Dog'), event?.id, 1);
    await load(day('Dog', 2, 2));
    assert.deepEqual(
      (await again.until(1)).map(({ data }) => data),
      [day('Dog', 2, 2)],
    );
  });

  test('names its last event in the query if it can send no header', async () => {
    await load(day('Elk', 1, 1), day('Elk', 2, 2));
    const [first, second] = await (await open(pathOf('Elk'))).until(2);
    const url = `${pathOf('Elk')}?lastEventId=${encodeURIComponent(first?.id ?? '')}`;
    assert.deepEqual((await (await open(url)).until(1))[0], second);
    // A header is newer: browsers come back with the URL that they began with.
    const again = await open(url, second?.id);
    await load(day('Elk', 3, 3));
    assert.deepEqual(
      (await again.until(1)).map(({ data }) => data),
      [day('Elk', 3, 3)],
    );
  });

  for (const [what, id] of [
    ['unreadable', 'x'],
    ['of another question', 'AAAA~1*'],
    ['cut off', 'AAAA~1'],
    ['of a later version', undefined],
    ['of many questions', '*,*'],
  ] as const)
    test(`is told everything again if its id is ${what}`, async () => {
      await load(day('Gnu', 1, 1));
      const [event] = await (await open(pathOf('Gnu'))).until(1);
      const later = `${(event?.id ?? '').split('~')[0]}~999*`;
      const told = await (await open(pathOf('Gnu'), id ?? later)).until(2);
      assert.deepEqual(
        told.map((one) => one.event),
        ['reset', 'point'],
      );
      assert.deepEqual(known([...(event ? [event] : []), ...told]), [day('Gnu', 1, 1)]);
    });

  test('is told what is gone', async () => {
    const url = '/metrics/pageviews/top/en.wikipedia/all-access/2024/01/05';
    const list = (...views: number[]) => ({
      project: 'en.wikipedia',
      access: 'all-access',
      year: '2024',
      month: '01',
      day: '05',
      articles: views.map((count, i) => ({ article: `A${i}`, views: count, rank: i + 1 })),
    });
    await gateway.load('pageviews-top', [list(9, 8, 7)]);
    const last = (await (await open(url)).until(3)).at(-1);
    await gateway.load('pageviews-top', [list(9, 6)]);
    const told = await (await open(url, last?.id)).until(2);
    assert.deepEqual(
      told.map(({ event, data }) => [event, data.removed]),
      [
        ['correction', undefined],
        ['correction', true],
      ],
    );
  });

  test('has what REST gives after any number of cuts and changes', async () => {
    const random = randomOf(7);
    const numberBelow = (end: number): number => Math.floor(random() * end);
    const days = new Map<number, number>();
    let events: Event[] = [];
    let id: string | undefined;
    for (let round = 0; round < 40; round++) {
      const changed = Array.from({ length: 1 + numberBelow(5) }, () => 1 + numberBelow(28));
      const rows = new Map(changed.map((date) => [date, day('Hen', date, 100 * round + date)]));
      for (const date of rows.keys()) days.set(date, round);
      const reader = await open(pathOf('Hen'), id, numberBelow(2));
      const loading = load(...rows.values());
      // Cut anywhere: before, during and after the change.
      await Promise.race([loading, new Promise((resolve) => setTimeout(resolve, numberBelow(400)))]);
      const got = reader.events.filter(({ event }) => event !== 'heartbeat');
      const kept = got.slice(0, numberBelow(got.length + 1));
      reader.close();
      await loading;
      events = [...events, ...kept];
      id = kept.at(-1)?.id ?? id;
      assert.ok(!kept.some(({ event }) => event === 'reset'));
    }
    const rows = await items(pathOf('Hen'));
    assert.equal(rows.length, days.size);
    const reader = await open(pathOf('Hen'), id);
    const same = (): boolean => {
      const told = reader.events.filter(({ event }) => event !== 'heartbeat');
      return JSON.stringify(known([...events, ...told])) === JSON.stringify(rows);
    };
    for (let tries = 0; !same() && tries < 200; tries++)
      await new Promise((resolve) => setTimeout(resolve, 25));
    assert.ok(same());
  });
});
