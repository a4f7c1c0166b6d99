import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Event, streamRoad } from './stream-road.ts';

const MEMBERS = `licence: CC0-1.0
stream: order
dimensions: [{ name: item, total: all }]
measures:
  orders:
  amount: { sum: amount }
  pieces: { sum: pieces }
  buyers: { unique: customer }
`;
const DATASETS = ['hourly', 'daily']
  .map((grain) => `dataset: ${grain}\ntitle: Orders\ngrain: ${grain}\n${MEMBERS}`)
  .join('---\n');

/** The last hour of the third day is closed. */
const END = '2026-03-04T00:01:00Z';

const event = fc.record({
  dt: fc
    .integer({ min: 0, max: 3 * 24 * 60 - 1 })
    .map((minute) => new Date(Date.parse('2026-03-01T00:00:00Z') + minute * 60_000).toISOString()),
  item: fc.constantFrom('tea', 'cake', 'all'),
  amount: fc.integer({ min: -1000, max: 100_000 }).map((cents) => cents / 100),
  pieces: fc.integer({ min: 1, max: 9 }),
  customer: fc.constantFrom('ada', 'bob', 'eve', 'joe'),
}) satisfies fc.Arbitrary<Event>;

/** Counts events as the data sets say, without any of Kraken's code. */
function countedApart(events: readonly Record<string, unknown>[], dateLength: number): string[] {
  const groups = new Map<string, { orders: number; cents: number; pieces: number; buyers: Set<unknown> }>();
  for (const { dt, item, amount, pieces, customer } of events) {
    for (const value of [item === 'all' ? '(all)' : item, 'all']) {
      const key = `${(dt as string).slice(0, dateLength)} ${value as string}`;
      const group = groups.get(key) ?? { orders: 0, cents: 0, pieces: 0, buyers: new Set() };
      groups.set(key, group);
      group.orders++;
      group.cents += Math.round((amount as number) * 100);
      group.pieces += pieces as number;
      group.buyers.add(customer);
    }
  }
  return [...groups]
    .map(([key, { orders, cents, pieces, buyers }]) =>
      [key, orders, cents / 100, pieces, buyers.size].join(' '),
    )
    .sort();
}

void test('late events, in whatever order, give the same numbers as all at once', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat({ max: 3 }), { minLength: 30, maxLength: 30 }),
      async (events, turns) => {
        const road = await streamRoad(t);
        for (let turn = 0; turn < 3; turn++) {
          const now = ['2026-03-02T05:30:00Z', '2026-03-03T00:05:00Z', END][turn] as string;
          await road.load(
            events.filter((_, i) => turns[i] === turn),
            now,
          );
          await road.make(DATASETS);
        }
        // The last ones come when everything is closed.
        await road.load(
          events.filter((_, i) => turns[i] === 3),
          END,
        );
        await road.make(DATASETS);
        assert.deepEqual(await road.rows('daily'), countedApart(events, 10));
        assert.deepEqual(await road.rows('hourly'), countedApart(events, 13));
      },
    ),
    { numRuns: 3 },
  );
});

void test('late events make only their own periods again, and nothing is made twice', async (t) => {
  const road = await streamRoad(t);
  const tea = (dt: string): Event => ({ dt, item: 'tea', amount: 1, pieces: 1, customer: 'ada' });
  await road.load([tea('2026-03-01T10:00:00Z'), tea('2026-03-02T10:00:00Z')], END);
  const madeOf = async (): Promise<unknown> => {
    const done = await road.make(DATASETS);
    return done.map(({ metric, made }) => [
      metric.name,
      ...made.flatMap(({ spans }) => spans.map(({ first, last }) => last - first + 1)),
    ]);
  };
  assert.deepEqual(await madeOf(), [
    ['hourly', 62],
    ['daily', 3],
  ]);
  assert.deepEqual(await madeOf(), [['hourly'], ['daily']]);
  await road.load([tea('2026-03-02T22:00:00Z')], END);
  assert.deepEqual(await madeOf(), [
    ['hourly', 24],
    ['daily', 1],
  ]);
  assert.deepEqual(await madeOf(), [['hourly'], ['daily']]);
});
