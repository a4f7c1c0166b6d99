import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { SeriesAnswer } from '../../src/core/question/answer.ts';
import { Problem } from '../../src/core/problem.ts';
import { ordinalAt, type Grain } from '../../src/core/time/time.ts';
import { wideJson, wideOf, wideSheet, wideText, wideWikimetrics } from '../../src/formats/wide.ts';
import { columnId, MAX_COLUMNS, plainLabel, wideColumns } from '../../src/formats/wide-names.ts';
import { pageviewsPerArticle } from '../../src/metrics/pageviews-per-article.ts';
import { uniqueDevices } from '../../src/metrics/unique-devices.ts';

const metric = pageviewsPerArticle;
const START = Date.parse('2024-03-01T00:00:00Z');

/** Views of articles, one array each; null where there is no row. */
function answerOf(
  views: Readonly<Record<string, readonly (number | null)[]>>,
  grain: Grain = 'daily',
  start = START,
): SeriesAnswer {
  return {
    kind: 'series',
    noRows: [],
    metric,
    grain,
    series: Object.entries(views).map(([article, cells]) => ({
      values: ['en.wikipedia', 'all-access', 'user', article],
      first: ordinalAt(grain, start),
      presence: Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1)),
      measures: [Float64Array.from(cells, (cell) => cell ?? 0)],
    })),
  };
}
const textOf = (answer: SeriesAnswer, separator: ',' | '\t' = ','): string =>
  String(wideText(wideOf([{ answer }], 'Views'), separator));
const articles = (names: readonly string[]): readonly (readonly string[])[] =>
  names.map((name) => ['en.wikipedia', 'all-access', 'user', name]);

describe('a wide table', () => {
  test('has a row for each date and a column for each series; a gap is an empty cell or row', () => {
    assert.equal(
      textOf(answerOf({ Cat: [1, null, 3, 4], Dog: [null, null, 0, null] })),
      'date,Cat,Dog\n2024-03-01,1,\n2024-03-02,,\n2024-03-03,3,0\n2024-03-04,4,\n',
    );
  });

  test('begins and ends with a row that has a number', () => {
    assert.equal(textOf(answerOf({ Cat: [null, 5, null] })), 'date,views\n2024-03-02,5\n');
  });

  test('for spreadsheets has names as the data has them, quoted where they have to be', () => {
    const table = wideOf([{ answer: answerOf({ 'A,B': [1], 'C "x" #': [2] }) }], 'Views');
    assert.equal(String(wideSheet(table, ',')), 'date,"A,B","C ""x"" #"\r\n2024-03-01,1,2\r\n');
    assert.equal(String(wideSheet(table, '\t')), 'date\tA,B\t"C ""x"" #"\n2024-03-01\t1\t2\n');
    assert.equal(String(wideText(table, ',')), "date,A;B,C 'x' ♯\n2024-03-01,1,2\n");
  });

  test('has tabs where they are asked for', () => {
    assert.equal(textOf(answerOf({ Cat: [1], Dog: [2] }), '\t'), 'date\tCat\tDog\n2024-03-01\t1\t2\n');
  });

  test('has hours as YYYY-MM-DDTHH:MM:SS', () => {
    const answer = answerOf({ Cat: [1, 2] }, 'hourly', START + 3_600_000 * 23);
    assert.equal(textOf(answer), 'date,views\n2024-03-01T23:00:00,1\n2024-03-02T00:00:00,2\n');
  });

  test('puts several answers side by side, of other dates and grains too', () => {
    const table = wideOf(
      [
        { answer: answerOf({ Cat: [1, 2] }), label: 'Cats a day' },
        { answer: answerOf({ Cat: [70] }, 'monthly'), label: 'Cats a month' },
        { answer: answerOf({ Dog: [9] }, 'daily', START + 2 * 86_400_000) },
      ],
      'Pets',
    );
    assert.equal(
      String(wideText(table, ',')),
      'date,Cats a day,Cats a month,en.wikipedia user Dog\n2024-03-01,1,70,\n2024-03-02,2,,\n2024-03-03,,,9\n',
    );
  });

  test('is JSON of ms since 1970 and cells, null for a gap', () => {
    const table = wideOf([{ answer: answerOf({ Cat: [1, null], Dog: [2, 3] }) }], 'Pets');
    assert.deepEqual(JSON.parse(String(wideJson(table))), [
      [START, 1, 2],
      [START + 86_400_000, null, 3],
    ]);
  });

  test('is JSON of Wikimetrics: a sum for each date, by column', () => {
    const table = wideOf([{ answer: answerOf({ Cat: [1, null], Dog: [2, 3] }) }], 'Pets');
    assert.deepEqual(JSON.parse(String(wideWikimetrics(table))), {
      parameters: { Cohort: 'Cat Dog', Metric: 'Pets' },
      '2024-03-01': { Sum: { Cat: 1, Dog: 2 } },
      '2024-03-02': { Sum: { Cat: null, Dog: 3 } },
    });
  });
});

describe('its columns', () => {
  test('are named by the values that differ, and by the measure where there are several', () => {
    const names = wideColumns([
      { metric: uniqueDevices, series: ['en.wikipedia', 'de.wikipedia'].map((p) => [p, 'all-sites']) },
    ]);
    assert.deepEqual(
      names.slice(0, 2).map(({ id, label }) => [id, label]),
      Object.keys(uniqueDevices.measures)
        .slice(0, 2)
        .map((measure) => [`en_wikipedia_${measure}`, `en.wikipedia ${measure}`]),
    );
    assert.equal(names.length, 2 * Object.keys(uniqueDevices.measures).length);
  });

  test('are as many as the cap allows, and refused beyond it', () => {
    const some = (n: number): readonly (readonly string[])[] =>
      articles(Array.from({ length: n }, (_, i) => `A${i}`));
    assert.equal(wideColumns([{ metric, series: some(MAX_COLUMNS) }]).length, MAX_COLUMNS);
    assert.throws(
      () => wideColumns([{ metric, series: some(MAX_COLUMNS + 1) }]),
      (error: unknown) =>
        error instanceof Problem && error.status === 400 && error.message.includes(String(MAX_COLUMNS)),
    );
  });

  const titles = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom(...awkward())),
    {
      minLength: 1,
      maxLength: 12,
    },
  );

  test('have ids of small letters, digits and underscores, each once', () => {
    fc.assert(
      fc.property(titles, (names) => {
        const ids = wideColumns([{ metric, series: articles(names) }]).map(({ id }) => id);
        assert.equal(new Set(ids).size, names.length);
        for (const id of ids) {
          assert.match(id, /^[a-z][a-z0-9_]*$/);
          // Limn sets row[id] on an array.
          assert.ok(!(id in Array.prototype) && id !== 'date', id);
        }
      }),
    );
  });

  test('have labels that need no quotes and hold no comment, each once', () => {
    fc.assert(
      fc.property(titles, (names) => {
        const labels = wideColumns([{ metric, series: articles(names) }]).map(({ label }) => label);
        assert.equal(new Set(labels).size, names.length);
        for (const label of labels) {
          assert.doesNotMatch(label, /[,"#\t\r\n]|\/\//);
          assert.notEqual(label.trim(), '');
        }
      }),
    );
  });

  test('keep every line at as many cells as the header', () => {
    fc.assert(
      fc.property(titles, (names) => {
        const answer = answerOf(Object.fromEntries(names.map((name) => [name, [1, null, 2]])));
        for (const separator of [',', '\t'] as const) {
          const lines = textOf(answer, separator).trimEnd().split('\n');
          assert.equal(lines.length, 4);
          const width = answer.series.length + 1;
          for (const line of lines) assert.equal(line.split(separator).length, width, line);
        }
      }),
    );
  });

  test('keep a name that is plain already', () => {
    assert.equal(plainLabel('Moonlight_(2016_film)'), 'Moonlight_(2016_film)');
    assert.equal(plainLabel('Philip,_Duke_of_Edinburgh'), 'Philip;_Duke_of_Edinburgh');
    assert.equal(plainLabel('C# "sharp" http://x'), "C♯ 'sharp' http:/x");
    assert.equal(columnId('Élan vital'), 'elan_vital');
    assert.equal(columnId('Кот'), 'c');
    assert.equal(columnId('1984'), 'c_1984');
    assert.equal(columnId('Length'), 'c_length');
  });
});

/** Titles that have broken something. */
function awkward(): string[] {
  return [
    'Philip,_Duke_of_Edinburgh',
    '"Heroes"',
    'C#_(language)',
    ' #1',
    'http://x',
    '////',
    'a\tb',
    'a\r\nb',
    'date',
    'Date',
    'length',
    'map',
    '1',
    'Кот',
    '猫',
    '',
    '__proto__',
    'a,b',
    'a;b',
  ];
}
