import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Rows } from '../../src/core/metric/table.ts';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import { compareUtf8 } from '../../src/core/value/utf8-order.ts';
import { mergeRows } from '../../src/load/merge-rows.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { rowsAsText } from './files.ts';

type Row = readonly [article: string, ordinal: number];

async function* batches(rows: readonly Row[], views: number, size: number): AsyncGenerator<Rows> {
  for (let start = 0; start < rows.length; start += size) {
    const part = rows.slice(start, start + size);
    yield {
      length: part.length,
      grain: 'monthly',
      ordinals: part.map(([, ordinal]) => ordinal),
      dimensions: [
        ...['x', 'desktop', 'user'].map((value) => part.map(() => value)),
        part.map(([article]) => article),
      ],
      entry: [],
      measures: [part.map(() => views)],
    };
    // An engine may have nothing to say for a while.
    yield {
      length: 0,
      grain: 'monthly',
      ordinals: [],
      dimensions: [[], [], [], []],
      entry: [],
      measures: [[]],
    };
  }
}

void test('two sorted streams become one, in which the preferred rows win', async () => {
  const rowsArbitrary = fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', '\uffee', '🐈'), fc.integer({ min: 0, max: 5 })), {
      selector: ([article, ordinal]) => `${article} ${ordinal}`,
    })
    .map((rows) => rows.sort((a, b) => compareUtf8(a[0], b[0]) || a[1] - b[1]));
  await fc.assert(
    fc.asyncProperty(
      rowsArbitrary,
      rowsArbitrary,
      fc.integer({ min: 1, max: 4 }),
      async (stored, summed, size) => {
        const merged: string[] = [];
        const streams = [batches(stored, 1, size), batches(summed, 2, size)] as const;
        for await (const rows of mergeRows(tableOf(pageviewsPerArticle), ...streams))
          merged.push(...rowsAsText(rows));
        const expected = new Map<string, Row & { views?: number }>();
        for (const row of summed)
          expected.set(row.join(' '), Object.assign([...row] as unknown as Row, { views: 2 }));
        for (const row of stored)
          expected.set(row.join(' '), Object.assign([...row] as unknown as Row, { views: 1 }));
        const sorted = [...expected.values()].sort((a, b) => compareUtf8(a[0], b[0]) || a[1] - b[1]);
        assert.deepEqual(
          merged,
          sorted.map((row) => `monthly ${row[1]} x desktop user ${row[0]} ${row.views}`),
        );
      },
    ),
  );
});
