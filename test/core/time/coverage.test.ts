import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  cover,
  covers,
  hullOf,
  isComplete,
  latestOf,
  union,
  uncover,
  type Coverage,
} from '../../../src/core/time/coverage.ts';
import {
  stateFromJson,
  stateToJson,
  versionIn,
  type TableState,
  type TableStateJson,
} from '../../../src/core/time/table-state.ts';

const anyInterval = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 10 }), fc.boolean())
  .map(([first, length, complete]) => ({ first, last: first + length, complete }));

/** The slow truth: what each period was last known as. */
function truth(
  claims: readonly { first: number; last: number; complete: boolean }[],
): (boolean | undefined)[] {
  const periods: (boolean | undefined)[] = Array.from({ length: 60 });
  for (const { first, last, complete } of claims) {
    for (let i = first; i <= last; i++) periods[i] = complete || periods[i] === true;
  }
  return periods;
}

describe('coverage', () => {
  test('is the union of what was claimed; a complete claim is not undone by an incomplete one', () => {
    fc.assert(
      fc.property(fc.array(anyInterval, { maxLength: 12 }), (claims) => {
        const coverage = claims.reduce<Coverage>((all, claim) => cover(all, claim), []);
        truth(claims).forEach((known, i) => {
          assert.equal(covers(coverage, { first: i, last: i }), known !== undefined, `period ${i}`);
          assert.equal(isComplete(coverage, i), known === true, `period ${i}`);
        });
        for (let i = 1; i < coverage.length; i++) {
          const [before, after] = [coverage[i - 1], coverage[i]] as [Coverage[number], Coverage[number]];
          assert.ok(before.last < after.first, 'sorted and apart');
          assert.ok(
            before.last + 1 < after.first || before.complete !== after.complete,
            'joined where alike',
          );
        }
      }),
    );
  });

  test('removing periods removes only those', () => {
    fc.assert(
      fc.property(fc.array(anyInterval, { maxLength: 8 }), anyInterval, (claims, { first, last }) => {
        const before = claims.reduce<Coverage>((all, claim) => cover(all, claim), []);
        const after = uncover(before, first, last);
        for (let i = 0; i < 60; i++) {
          const out = i >= first && i <= last;
          assert.equal(covers(after, { first: i, last: i }), !out && covers(before, { first: i, last: i }));
        }
      }),
    );
  });

  test('a span with a gap in it is not covered, though its hull is', () => {
    const coverage = [
      { first: 1, last: 3, complete: false },
      { first: 5, last: 9, complete: true },
    ];
    assert.equal(covers(coverage, { first: 2, last: 6 }), false);
    assert.equal(covers(coverage, { first: 5, last: 9 }), true);
    assert.deepEqual(hullOf(coverage), { first: 1, last: 9 });
  });

  test('the latest period is the newest one, except a single one that is under way', () => {
    const complete = { first: 0, last: 4, complete: true };
    const underWay = { first: 5, last: 5, complete: false };
    const partial = { first: 5, last: 6, complete: false };
    assert.equal(latestOf([complete]), 4);
    assert.equal(latestOf([complete, underWay]), 4);
    assert.equal(latestOf([underWay]), 5);
    // Whoever goes on importing without claiming completeness isn't left behind.
    assert.equal(latestOf([complete, partial]), 6);
    assert.equal(latestOf([complete, { ...underWay, first: 6, last: 6 }]), 6);
    assert.equal(latestOf([partial]), 6);
    assert.equal(latestOf([]), undefined);
  });

  test('the union of 20,000 coverages takes a few milliseconds, and is that of all of them', () => {
    const coverages = Array.from({ length: 20_000 }, (_, i) => [
      { first: (i % 7) * 100, last: (i % 7) * 100 + 10 + (i % 3), complete: i % 2 === 0 },
    ]);
    const wanted = Array.from({ length: 7 }, (_, i) => ({
      first: i * 100,
      last: i * 100 + 12,
      complete: false,
    }));
    assert.deepEqual(union(coverages), wanted);
  });
});

describe('the state of a table', () => {
  const state: TableState = {
    version: 9,
    partitions: new Map([
      ['daily/2024-01', { version: 3, removed: 0, rows: 10 }],
      ['daily/2024-03', { version: 9, removed: 4, rows: 0 }],
      ['monthly/2024', { version: 5, removed: 0, rows: 1 }],
    ]),
    coverage: new Map([
      ['daily', new Map([['en.wikipedia', [{ first: 19_723, last: 19_753, complete: true }]]])],
    ]),
  };

  test('survives JSON', () => {
    assert.deepEqual(stateFromJson(JSON.parse(JSON.stringify(stateToJson(state))) as TableStateJson), state);
  });

  test('a span has the highest version of the partitions that it touches', () => {
    const day = (text: string): number => Date.parse(text) / 86_400_000;
    const version = (from: string, to: string): number =>
      versionIn(state, { grain: 'daily', first: day(from), last: day(to) });
    assert.equal(version('2024-01-05', '2024-01-06'), 3);
    assert.equal(version('2024-01-31', '2024-03-01'), 9);
    assert.equal(version('2024-02-01', '2024-02-29'), 0);
    assert.equal(version('2010-01-01', '2030-01-01'), 9);
  });
});
