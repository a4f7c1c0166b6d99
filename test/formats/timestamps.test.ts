import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GRAINS, ordinalAt } from '../../src/core/time/time.ts';
import { timestampBytesOf, timestampsOf, type TimeText } from '../../src/formats/timestamps.ts';

const STYLES: readonly TimeText[] = ['YYYYMMDD', 'YYYYMMDDHH', 'ISO', 'date', 'instant'];
/** Their days, months and years lie in blocks of many kinds, and at the ends of some. */
const DATES = ['0000-01-10', '1969-12-31', '1970-01-01', '2001-01-15', '2024-02-29', '9999-12-31'];

describe('timestamps as bytes', () => {
  for (const grain of GRAINS)
    test(`are those of ${grain} periods as text`, () => {
      for (const style of STYLES) {
        const timestamps = timestampBytesOf(style, grain);
        for (const date of DATES) {
          for (let beside = 0; beside < 600; beside += 7) {
            const ordinal = ordinalAt(grain, Date.parse(date)) + (date < '2020' ? beside : -beside);
            const from = timestamps.placeOf(ordinal);
            const bytes = timestamps.blockOf(ordinal).subarray(from, from + timestamps.width);
            assert.equal(Buffer.from(bytes).toString(), timestampsOf(style, grain)(ordinal));
          }
        }
      }
    });
});
