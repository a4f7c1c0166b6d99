import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantAt } from '../../../src/api/grafana/body.ts';

const MARCH = Date.UTC(2024, 2, 1);

test("a date without a zone is UTC, whatever the process's zone is", (t) => {
  const before = process.env.TZ;
  t.after(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
  for (const zone of ['UTC', 'America/New_York', 'Asia/Kathmandu']) {
    process.env.TZ = zone;
    for (const text of ['2024-03-01', '2024-03-01T00:00', '2024-03-01T00:00:00', '2024-03-01T00:00:00.000Z'])
      assert.equal(instantAt(text, 'range.from'), MARCH, `${text} in ${zone}`);
    assert.equal(instantAt('2024-03-01T05:45:00+05:45', 'range.from'), MARCH, zone);
  }
});

test('a date that only JavaScript reads is refused', () => {
  for (const value of ['March 1 2024', '2024-03-01 00:00', '1709251200000', '', 7])
    assert.throws(() => instantAt(value, 'range.from'), /range\.from should be a date/, String(value));
});
