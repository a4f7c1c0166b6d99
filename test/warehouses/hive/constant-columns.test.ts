import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Analysis, Grouping } from '../../../src/core/question/analysis.ts';
import { constantsIn, withoutConstants } from '../../../src/warehouses/hive/constant-columns.ts';
import { flatTable } from '../fixtures.ts';

/* What Hive isn't told of a column that has one value. */

const rows: Grouping = {
  table: flatTable,
  grain: 'daily',
  first: 0,
  last: 9,
  where: [
    { column: 'page_type', test: 'in', values: ['x'] },
    { column: 'project', test: 'in', values: ['a', 'b'] },
  ],
  except: [],
  least: [],
  by: ['project', 'page_type'],
  period: undefined,
  measures: ['edits'],
};

const asked = (partly: Exclude<Analysis['before'], undefined>['partly']): Analysis => ({
  now: rows,
  before: { rows, shift: 0, partly },
  divisors: [],
  days: 10,
  cells: [
    { is: 'now', measure: 0 },
    {
      is: 'ratio',
      of: { is: 'now', measure: 0 },
      and: { is: 'total', measure: 0, within: ['page_type', 'project'] },
    },
  ],
  shown: 2,
  having: [],
  order: [
    { by: 'page_type', descending: false },
    { by: 1, descending: true },
  ],
  top: { limit: 3, within: ['page_type'], others: false },
  offset: 0,
  limit: 10,
});

void test('a column that a condition holds to one value is in no group, window, order or comparison', () => {
  const page = { column: 'page_type', value: 'x' };
  const project = { column: 'project', value: 'a' };
  const constants = constantsIn(asked([]));
  assert.deepEqual([...constants], [['page_type', 'x']]);
  const { now, before, cells, order, top } = withoutConstants(asked([[project, page]]), constants);
  assert.deepEqual(now.by, ['project']);
  assert.equal(now.where.length, 2);
  assert.deepEqual(before?.rows.by, ['project']);
  assert.deepEqual(before?.partly, [[project]]);
  const [, share] = cells;
  assert.ok(share?.is === 'ratio' && share.and.is === 'total');
  assert.deepEqual(share.and.within, ['project']);
  assert.deepEqual(order, [{ by: 1, descending: true }]);
  assert.deepEqual(top?.within, []);
});

void test('a group that the condition leaves out is not compared, and one that is all there is means all', () => {
  const constants = constantsIn(asked([]));
  const partlyOf = (partly: Parameters<typeof asked>[0]) =>
    withoutConstants(asked(partly), constants).before?.partly;
  assert.deepEqual(partlyOf([[{ column: 'page_type', value: 'y' }]]), []);
  assert.equal(partlyOf([[{ column: 'page_type', value: 'x' }]]), 'all');
  assert.equal(partlyOf('all'), 'all');
});
