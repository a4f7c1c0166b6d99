import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GRAINS, ordinalAt, type Grain } from '../../../src/core/time/time.ts';
import { timeTicks } from '../../../src/formats/chart/calendar.ts';

function labels(grain: Grain, start: string, length: number, most?: number): string[] {
  return timeTicks(grain, ordinalAt(grain, Date.parse(start)), length, most).map(
    ({ label, context }) => label + (context === undefined ? '' : ` (${context})`),
  );
}

void test('a year of days has months, each year said once', () => {
  assert.deepEqual(labels('daily', '2023-11-15', 120, 6), ['Dec (2023)', 'Jan (2024)', 'Feb', 'Mar']);
  assert.deepEqual(labels('daily', '2024-01-01', 366), ['Jan (2024)', 'Mar', 'May', 'Jul', 'Sep', 'Nov']);
});

void test('weeks of days have Mondays, some days have days, hours have hours of a day', () => {
  assert.deepEqual(labels('daily', '2024-02-26', 30), [
    '26 Feb (2024)',
    '4 Mar',
    '11 Mar',
    '18 Mar',
    '25 Mar',
  ]);
  assert.deepEqual(labels('daily', '2024-02-28', 3), ['28 Feb (2024)', '29 Feb', '1 Mar']);
  assert.deepEqual(labels('hourly', '2024-03-01', 36), [
    '00:00 (1 Mar 2024)',
    '06:00',
    '12:00',
    '18:00',
    '00:00 (2 Mar 2024)',
    '06:00',
  ]);
});

void test('months and years have years, more apart the longer the time is', () => {
  assert.deepEqual(labels('monthly', '2015-07-01', 100), [
    '2016',
    '2017',
    '2018',
    '2019',
    '2020',
    '2021',
    '2022',
    '2023',
  ]);
  assert.deepEqual(labels('yearly', '2001-01-01', 24, 5), ['2005', '2010', '2015', '2020']);
  assert.deepEqual(labels('monthly', '2024-02-01', 4), ['Feb (2024)', 'Mar', 'Apr', 'May']);
});

void test('there are never too many ticks, each is at a period that is drawn, in order', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...GRAINS),
      fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
      fc.integer({ min: 1, max: 9000 }),
      (grain, date, length) => {
        const most = 9;
        const drawn = grain === 'yearly' ? Math.min(length, 400) : length;
        const ticks = timeTicks(grain, ordinalAt(grain, date.getTime()), drawn, most);
        assert.ok(ticks.length <= most, `${ticks.length}`);
        ticks.forEach(({ index }, i) => {
          assert.ok(index >= 0 && index < drawn);
          assert.ok(i === 0 || index > (ticks[i - 1]?.index as number));
        });
      },
    ),
  );
});
