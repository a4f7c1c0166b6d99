import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { text } from '../../../src/core/metric/dimension.ts';
import { defineMetric } from '../../../src/core/metric/metric.ts';
import { count } from '../../../src/core/metric/measure.ts';
import { MAX_HELD_ROWS } from '../../../src/read/found-rows.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { ask } from './support.ts';

/* A page of rows of two dimensions, whose values have far more combinations than the page has rows. */

const SIDE = 240;
const free = <Name extends string>(name: Name) => text(name, name, { example: 'a', allowed: 'any text' });
const trips = defineMetric({
  name: 'trips',
  title: 'Trips',
  doc: 'Trips.',
  source: 'a test',
  path: '/trips/{town}/{start-at}/{end-at}/{granularity}/{start}/{end}',
  shape: { kind: 'series' },
  home: 'warehouse',
  dimensions: [free('town'), free('start-at'), free('end-at')],
  measures: { trips: count('trips', 'Trips.') },
  grains: { monthly: 'stored' },
  range: { end: 'inclusive', months: 'as stored' },
  timestamp: 'YYYYMMDD',
  scope: ['town'],
  examples: [],
});

let gateway: Gateway;
before(async () => {
  assert.ok(SIDE * SIDE > MAX_HELD_ROWS);
  gateway = await startGateway({ metrics: [trips], flags: { queryDeadlineMs: '60000' } });
  const items = [1, 2].flatMap((month) =>
    Array.from({ length: SIDE * SIDE }, (_, i) => {
      const [from, to] = [Math.floor(i / SIDE), i % SIDE];
      return {
        town: 'x',
        'start-at': `s${from}`,
        'end-at': `e${to}`,
        granularity: 'monthly',
        timestamp: `20240${month}01`,
        // The most are from each place to the one of its number: the first page has all values of both.
        trips: month * (from === to ? 1_000_000 + from : 1),
      };
    }),
  );
  await gateway.load('trips', items, { complete: true });
});
after(() => gateway.close());

void test('is compared, with and without a grain', async () => {
  for (const grain of [null, 'monthly']) {
    const { rows } = await ask(gateway, {
      metric: 'trips',
      where: { town: 'x' },
      by: ['start-at', 'end-at'],
      range: '2024-02',
      compare: '2024-01',
      order: ['-trips'],
      limit: SIDE,
      ...(grain ? { grain } : {}),
    });
    assert.equal(rows.length, SIDE);
    for (const row of rows) assert.equal(row.trips, 2 * (row.trips_compared as number));
  }
});
