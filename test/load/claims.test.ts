// Runs in a process of its own: it measures what its process holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Claims } from '../../src/load/claims.ts';
import { PeriodSet } from '../../src/load/period-set.ts';
import { pageviewsAggregate } from '../../src/metrics/pageviews-aggregate.ts';
import { growthBy } from '../support/memory.ts';

const MIB = 1024 * 1024;

void test('a set of periods has the runs of the numbers that were added, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3000, max: 3000 })), fc.integer(), (numbers, shift) => {
      const set = new PeriodSet();
      const at = shift % 1_000_000;
      for (const number of numbers) set.add(number + at);
      const found = set
        .runs()
        .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
      assert.deepEqual(
        found,
        [...new Set(numbers)].sort((a, b) => a - b).map((number) => number + at),
      );
      for (const [i, [first]] of set.runs().entries())
        assert.ok(i === 0 || set.runs()[i - 1]![1] < first - 1);
    }),
  );
});

void test('claims of twenty years of hours take some KB a project', async () => {
  const claims = new Claims(pageviewsAggregate, true);
  const hours = 24 * 365 * 20;
  const ordinals = Array.from({ length: hours }, (_, i) => 300_000 + i);
  const rows = (project: string): Parameters<Claims['add']>[0] => {
    const column = (value: string): string[] => new Array<string>(hours).fill(value);
    return {
      length: hours,
      grain: 'hourly',
      ordinals,
      dimensions: [column(project), column('all-access'), column('all-agents')],
      entry: [],
      measures: [[]],
    };
  };
  const grown = await growthBy(async () => {
    for (let i = 0; i < 15; i++) claims.add(rows(`${i}.wikipedia`));
    await new Promise(setImmediate);
  });
  assert.ok(grown < 12 * MIB, `${grown} bytes are held`);
  const covers = claims.covers();
  assert.equal(covers.length, 15);
  assert.deepEqual([covers[0]?.first, covers[0]?.last], [300_000, 300_000 + hours - 1]);
});
