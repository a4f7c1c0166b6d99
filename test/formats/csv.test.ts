import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PRESENCE, type SeriesAnswer } from '../../src/core/question/answer.ts';
import type { Metric } from '../../src/core/metric/metric.ts';
import { ordinalAt } from '../../src/core/time/time.ts';
import type { PathPlan } from '../../src/core/question/plan.ts';
import { csv, tsv } from '../../src/formats/csv.ts';
import type { RowStyle } from '../../src/formats/row-style.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';

const metric: Metric = pageviewsPerArticle;

function answer(article: string, views: number[], grain: 'daily' | 'hourly' = 'daily'): SeriesAnswer {
  return {
    kind: 'series',
    noRows: [],
    metric,
    grain,
    series: [
      {
        values: ['en.wikipedia', 'all-access', 'user', article],
        first: ordinalAt(grain, Date.UTC(2024, 1, 29)),
        presence: Uint8Array.from(views, () => PRESENCE.stored),
        measures: [Float64Array.from(views)],
      },
    ],
  };
}

/** A table doesn't look at the plan that its answer was read by. */
const NO_PLAN = undefined as unknown as PathPlan;

function textOf(format: typeof csv, found: SeriesAnswer, style?: RowStyle): string {
  return format.render(found, NO_PLAN, style).toString();
}

/** A table as RFC 4180 reads it. */
function cellsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (text[at] === '"') at++;
        cell += text[at];
      }
      at++;
    } else {
      while (at < text.length && text[at] !== separator && !/[\r\n]/.test(text[at] as string))
        cell += text[at++];
    }
    rows.at(-1)?.push(cell);
    if (text[at] === separator) at++;
    else {
      at += text.startsWith('\r\n', at) ? 2 : 1;
      rows.push([]);
    }
  }
  rows.pop();
  return rows;
}

void test('any title is one cell, and the same when it is read again', () => {
  const title = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('a,b', 'say "hi"', 'a\tb', 'line\r\nbreak', '"', ',', ' spaces ', '日本,語', "O'Neill"),
  );
  fc.assert(
    fc.property(title, (article) => {
      for (const [format, separator] of [
        [csv, ','],
        [tsv, '\t'],
      ] as const) {
        const [, row] = cellsOf(textOf(format, answer(article, [7])), separator);
        assert.deepEqual(row, ['en.wikipedia', article, 'daily', '2024-02-29', 'all-access', 'user', '7']);
      }
    }),
  );
});

const FORMULAS = [
  '=1+1',
  '+1',
  '-1',
  '@home',
  '=HYPERLINK("http://example.org")',
  ' =1',
  '\t=1',
  '\r',
  '\uff1d1',
];

void test('titles that look like formulas are left as they are', () => {
  for (const article of FORMULAS) {
    const [, row] = cellsOf(textOf(csv, answer(article, [1])), ',');
    assert.equal(row?.[1], article);
  }
});

void test('guarded, a text that looks like a formula begins with an apostrophe, and nothing else is changed', () => {
  const title = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(...FORMULAS, 'a=b', "O'Neill", "'=1"),
  );
  fc.assert(
    fc.property(title, (article) => {
      for (const [format, separator] of [
        [csv, ','],
        [tsv, '\t'],
      ] as const) {
        const [, row] = cellsOf(textOf(format, answer(article, [-7]), { guarded: true }), separator);
        const [cell = '', views] = [row?.[1], row?.[6]];
        assert.doesNotMatch(cell, /^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]|^[\t\r\n]/);
        assert.ok(cell === article || (cell === `'${article}` && /^[\s\p{Cc}]*[^\p{L}\p{N}]/u.test(article)));
        assert.equal(views, '-7');
      }
    }),
  );
  for (const article of FORMULAS) {
    const [, row] = cellsOf(textOf(csv, answer(article, [1]), { guarded: true }), ',');
    assert.equal(row?.[1], `'${article}`);
  }
});

void test('dates are ISO dates, hours too; numbers are bare and exact', () => {
  const [header, first, second] = cellsOf(textOf(csv, answer('Cat', [2 ** 53 - 1, 0], 'hourly')), ',');
  assert.deepEqual(header, ['project', 'article', 'granularity', 'timestamp', 'access', 'agent', 'views']);
  assert.deepEqual([first?.[3], first?.[6]], ['2024-02-29T00Z', '9007199254740991']);
  assert.deepEqual([second?.[3], second?.[6]], ['2024-02-29T01Z', '0']);
});
