import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  formatTimestamp,
  GRAINS,
  lengthOf,
  ordinalAt,
  parseTimestamp,
  refine,
  startOf,
  touchedPeriods,
  wholePeriods,
} from '../../../src/core/time/time.ts';

const anyInstant = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2200, 0, 1) });
const anyGrain = fc.constantFrom(...GRAINS);

describe('periods', () => {
  test('a period starts at or before every instant in it, and the next one after', () => {
    fc.assert(
      fc.property(anyGrain, anyInstant, (grain, ms) => {
        const ordinal = ordinalAt(grain, ms);
        assert.ok(startOf(grain, ordinal) <= ms && ms < startOf(grain, ordinal + 1));
        assert.equal(ordinalAt(grain, startOf(grain, ordinal)), ordinal);
      }),
    );
  });

  test('weeks start on Mondays, also where the ISO year has 53 of them', () => {
    for (const [day, monday] of [
      ['2020-12-31', '2020-12-28'],
      ['2021-01-03', '2020-12-28'],
      ['2021-01-04', '2021-01-04'],
      ['1970-01-01', '1969-12-29'],
    ] as const) {
      const week = ordinalAt('weekly', Date.parse(day));
      assert.equal(new Date(startOf('weekly', week)).toISOString().slice(0, 10), monday);
    }
  });

  test('a month has the days of the calendar, leap days included', () => {
    const days = (month: string): number => {
      const ordinal = ordinalAt('monthly', Date.parse(`${month}-01`));
      return lengthOf(refine({ grain: 'monthly', first: ordinal, last: ordinal }, 'daily'));
    };
    assert.deepEqual(['2023-02', '2024-02', '1900-02', '2000-02', '2024-12'].map(days), [28, 29, 28, 29, 31]);
  });

  test('whole periods lie inside a span, touched ones around it, and both are equal for whole spans', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.integer({ min: 0, max: 1500 }),
        fc.constantFrom('weekly', 'monthly', 'yearly'),
        (ms, days, grain) => {
          const first = ordinalAt('daily', ms);
          const span = { grain: 'daily', first, last: first + days } as const;
          const whole = wholePeriods(span, grain);
          const touched = touchedPeriods(span, grain);
          if (lengthOf(whole) > 0) {
            const inside = refine(whole, 'daily');
            assert.ok(inside.first >= span.first && inside.last <= span.last);
            assert.deepEqual(wholePeriods(inside, grain), whole);
            assert.deepEqual(touchedPeriods(inside, grain), whole);
          }
          const around = refine(touched, 'daily');
          assert.ok(around.first <= span.first && around.last >= span.last);
        },
      ),
    );
  });
});

describe('timestamps', () => {
  test('what is written is read again', () => {
    fc.assert(
      fc.property(anyGrain, anyInstant, fc.constantFrom('YYYYMMDDHH', 'ISO'), (grain, ms, style) => {
        const ordinal = ordinalAt(grain, ms);
        const text = formatTimestamp(style, grain, ordinal);
        assert.equal(parseTimestamp(text), startOf(grain, ordinal));
      }),
    );
  });

  test('days that are not in the calendar are not dates', () => {
    for (const text of [
      '20230229',
      '20240230',
      '20241301',
      '20240001',
      '20240100',
      '2024010125',
      '2024-02-30',
      '202401',
      '20240101000',
      'latest',
      '',
    ]) {
      assert.equal(parseTimestamp(text), undefined, text);
    }
  });

  test('the three spellings of a day name the same instant', () => {
    const day = Date.UTC(2024, 1, 29);
    for (const text of [
      '20240229',
      '2024022900',
      '2024022924',
      '2024-02-29',
      '2024-02-29T00',
      '2024-02-29T00:00:00.000Z',
    ]) {
      assert.equal(parseTimestamp(text), day, text);
    }
  });
});
