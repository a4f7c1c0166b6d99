import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Aggregated } from '../../src/load/aggregate.ts';
import { type Event, ORDERS, type StreamRoad, streamRoad } from './stream-road.ts';

const ITEMS = `dataset: items
title: Orders by item
licence: CC0-1.0
stream: order
grain: daily
dimensions: [item]
measures: { orders: }
`;
/** Events are kept for three days. */
const SHORT = ORDERS.replace('40 days', '3 days');

const order = (dt: string, fields: Record<string, unknown> = {}): Event => ({ dt, item: 'tea', ...fields });
const FIRST_DAYS = [
  order('2026-03-01T10:00:00Z'),
  order('2026-03-01T10:00:00Z', { gift: true }),
  order('2026-03-02T10:00:00Z', { gift: true }),
];

/** Loads them on their days: events are kept for three days from then on. */
async function loadFirstDays(road: StreamRoad): Promise<void> {
  await road.load(FIRST_DAYS.slice(0, 2), '2026-03-01T12:00:00Z');
  await road.load(FIRST_DAYS.slice(2), '2026-03-02T12:00:00Z');
  await road.load([], '2026-03-03T00:01:00Z');
}

function notices(done: readonly Aggregated[]): readonly string[] {
  return done.flatMap(({ notices: said }) => said);
}

void test('numbers stay when their events are past their retention', async (t) => {
  const road = await streamRoad(t, SHORT);
  await road.load(FIRST_DAYS, '2026-03-03T00:01:00Z');
  await road.make(ITEMS);
  await road.load([], '2026-03-20T00:01:00Z');
  assert.deepEqual(notices(await road.make(ITEMS)), []);
  assert.deepEqual(await road.rows('items'), ['2026-03-01 tea 2', '2026-03-02 tea 1']);
});

void test('late events of a period whose other events are gone leave its numbers, and a notice says so once', async (t) => {
  const road = await streamRoad(t, SHORT);
  await road.load(FIRST_DAYS, '2026-03-03T00:01:00Z');
  await road.make(ITEMS);
  await road.load([], '2026-03-20T00:01:00Z');
  await road.load([order('2026-03-02T10:30:00Z')], '2026-03-20T00:02:00Z');
  assert.deepEqual(notices(await road.make(ITEMS)), [
    'The numbers of 2026-03-02 stay as they are, although late events came: their events are past their retention.',
  ]);
  assert.deepEqual(await road.rows('items'), ['2026-03-01 tea 2', '2026-03-02 tea 1']);
  assert.deepEqual(notices(await road.make(ITEMS)), []);
});

void test('another condition makes again what is left, and says what stays as it was', async (t) => {
  const road = await streamRoad(t, SHORT);
  await loadFirstDays(road);
  await road.make(ITEMS);
  // The events of the first of March are gone, those of the second are left.
  await road.load([order('2026-03-03T10:00:00Z')], '2026-03-04T23:00:00Z');
  assert.deepEqual(notices(await road.make(`${ITEMS}where: { gift: true }\n`)), [
    'The numbers of 2026-03-01 stay as they are, although others are made again: their events are past their retention.',
  ]);
  assert.deepEqual(await road.rows('items'), ['2026-03-01 tea 2', '2026-03-02 tea 1']);
  assert.deepEqual(notices(await road.make(`${ITEMS}where: { gift: true }\n`)), []);
});

void test('other dimensions begin anew, and say which numbers are no longer served; the earlier ones bring them back', async (t) => {
  const road = await streamRoad(t, SHORT);
  await loadFirstDays(road);
  await road.make(ITEMS);
  await road.load([order('2026-03-03T10:00:00Z')], '2026-03-04T23:00:00Z');
  const other = ITEMS.replace('[item]', '[item, gift]');
  assert.deepEqual(notices(await road.make(other)), [
    'The numbers of 2026-03-01 are no longer served: they have other dimensions or measures, and their events are past their retention. The earlier declaration would bring them back.',
    'Its numbers begin with 2026-03-02: earlier events are past their retention.',
  ]);
  assert.deepEqual(await road.rows('items'), ['2026-03-02 tea true 1', '2026-03-03 tea (none) 1']);
  assert.deepEqual(notices(await road.make(other)), []);
  await road.make(ITEMS);
  assert.deepEqual(await road.rows('items'), ['2026-03-01 tea 2', '2026-03-02 tea 1', '2026-03-03 tea 1']);
});

void test('a number of different persons is made only while their fields are there', async (t) => {
  const road = await streamRoad(t, ORDERS.replace('keep: 2 days', 'keep: 1 day'));
  const members = ITEMS.replace('{ orders: }', '{ buyers: { unique: customer } }');
  await road.load(
    ['ada', 'bob', 'ada'].map((customer) => order('2026-03-01T10:00:00Z', { customer })),
    '2026-03-02T00:01:00Z',
  );
  await road.make(members);
  assert.deepEqual(await road.rows('items'), ['2026-03-01 tea 2']);
  // Personal fields of the second day go before its numbers are made.
  await road.load([order('2026-03-02T10:00:00Z', { customer: 'eve' })], '2026-03-02T12:00:00Z');
  await road.load([], '2026-03-06T00:01:00Z');
  assert.deepEqual(notices(await road.make(members)), [
    'There are no numbers of 2026-03-02: their events were past their retention before they were counted.',
  ]);
  assert.deepEqual(await road.rows('items'), ['2026-03-01 tea 2']);
  // The events themselves are still counted.
  await road.make(ITEMS);
  assert.deepEqual(await road.rows('items'), ['2026-03-01 tea 3', '2026-03-02 tea 1']);
});

void test('a field that the stream got later has no value before', async (t) => {
  const road = await streamRoad(t);
  await road.load([order('2026-03-01T10:00:00Z')], '2026-03-02T00:01:00Z');
  await road.declare(ORDERS.replace('  item: text\n', '  item: text\n  colour: text\n'));
  await road.load([order('2026-03-02T10:00:00Z', { colour: 'red' })], '2026-03-03T00:01:00Z');
  await road.make(ITEMS.replace('[item]', '[colour]'));
  assert.deepEqual(await road.rows('items'), ['2026-03-01 (none) 1', '2026-03-02 red 1']);
});

void test('a field of another type from now on keeps what fits', async (t) => {
  const road = await streamRoad(t);
  await road.load([order('2026-03-01T10:00:00Z', { pieces: 2 })], '2026-03-02T00:01:00Z');
  await road.declare(ORDERS.replace('pieces: integer', 'pieces: text'));
  await road.load(
    ['3', 'many'].map((pieces) => order('2026-03-01T10:30:00Z', { pieces })),
    '2026-03-02T00:02:00Z',
  );
  await road.make(ITEMS.replace('[item]', '[pieces]'));
  assert.deepEqual(await road.rows('items'), ['2026-03-01 2 1', '2026-03-01 3 1', '2026-03-01 many 1']);
});
