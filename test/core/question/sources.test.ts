import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourcesOf } from '../../../src/core/question/sources.ts';
import type { Coverage } from '../../../src/core/time/coverage.ts';
import { EMPTY_STATE, type TableState } from '../../../src/core/time/table-state.ts';
import { pageviewsAggregate } from '../../../src/metrics/pageviews-aggregate.ts';

const days = (first: number, last: number): Coverage => [{ first, last, complete: true }];
const daily = (scopes: Readonly<Record<string, Coverage>>) =>
  new Map([['daily' as const, new Map(Object.entries(scopes))]]);

const STATE: TableState = {
  ...EMPTY_STATE,
  coverage: daily({ 'own.example': days(10, 20), 'other.example': days(15, 30) }),
  ownTraffic: daily({ 'own.example': days(12, 20) }),
};
const member = (project: string) => [project, 'all-access', 'user'];
const periods = (first: number, last: number) => [{ first, last, complete: false }];

void test('what was imported before own traffic is told apart by its periods', () => {
  const found = sourcesOf(pageviewsAggregate, STATE, 'daily', [member('own.example')]);
  assert.deepEqual(found, [
    { kind: 'own-traffic', streams: ['pageview', 'webrequest'], periods: periods(12, 20) },
    { kind: 'imported', periods: periods(10, 11) },
  ]);
});

void test('series that are added up name all sources of their periods', () => {
  const members = [member('own.example'), member('other.example')];
  assert.deepEqual(
    sourcesOf(pageviewsAggregate, STATE, 'daily', members).map((source) => source.periods),
    [periods(12, 20), [...periods(10, 11), ...periods(15, 30)]],
  );
});

void test('numbers of a stream name the stream', () => {
  const { aggregate } = pageviewsAggregate;
  assert.ok(aggregate);
  const events = { stream: 'orders', fields: [], needsPersonal: false };
  const metric = { ...pageviewsAggregate, aggregate: { ...aggregate, events } };
  assert.deepEqual(sourcesOf(metric, STATE, 'daily', [member('other.example')]), [
    { kind: 'events', streams: ['orders'], periods: periods(15, 30) },
  ]);
});
