import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readingsOf, readingsOfAll } from '../../../src/api/grafana/readings.ts';

/* How Grafana's formatters write several values, by the option of ${variable:option}. */

const TITLES = [
  'Mercury_(planet)',
  '(500)_Days_of_Summer',
  'Philip,_Duke_of_Edinburgh',
  'S.W.A.T.',
  'AC/DC',
  'L’Aquila',
  "L'Aquila",
  '"Heroes"_(song)',
  'C++',
  '100%_Wolf',
  'What?',
  'A*B^2=$x',
];

const regex = (value: string): string => value.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
const lucene = (value: string): string => value.replace(/([!*+\-=<>\s&|()[\]{}^~?:\\/"])/g, '\\$1');
const percent = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const sql = (value: string): string => value.replace(/'|"/g, (quote) => (quote === "'" ? "''" : '\\"'));

const FORMATTERS: Readonly<Record<string, (values: readonly string[]) => string>> = {
  pipe: (values) => values.join('|'),
  regex: (values) => `(${values.map(regex).join('|')})`,
  csv: (values) => values.join(','),
  glob: (values) => `{${values.join(',')}}`,
  json: (values) => JSON.stringify(values),
  singlequote: (values) => values.map((value) => `'${value.replace(/'/g, "\\'")}'`).join(','),
  doublequote: (values) => values.map((value) => `"${value.replace(/"/g, '\\"')}"`).join(','),
  sqlstring: (values) => values.map((value) => `'${sql(value)}'`).join(','),
  lucene: (values) => `(${values.map((value) => `"${lucene(value)}"`).join(' OR ')})`,
  distributed: (values) => values.map((value, i) => (i === 0 ? value : `titles=${value}`)).join(','),
  queryparam: (values) => values.map((value) => `var-titles=${percent(value)}`).join('&'),
  percentencode: (values) => percent(`{${values.join(',')}}`),
};
/** What may as well be one title is read as one first. */
const OPEN = ['csv', 'distributed'];

for (const [name, format] of Object.entries(FORMATTERS)) {
  void test(`${name}: several titles`, () => {
    const readings = readingsOf(format(TITLES));
    assert.deepEqual(readings[OPEN.includes(name) ? 1 : 0], TITLES);
    assert.deepEqual(readingsOf(format(['Cat', 'Dog']))[OPEN.includes(name) ? 1 : 0], ['Cat', 'Dog']);
  });
}

void test('one title is read as itself first, however it is quoted', () => {
  for (const title of [...TITLES, '(a)', '{a}', '"Heroes"', 'Cat', 'AC\\DC']) {
    for (const text of [title, regex(title)]) assert.deepEqual(readingsOf(text)[0], [title], text);
    for (const form of ['singlequote', 'doublequote', 'sqlstring', 'queryparam', 'percentencode']) {
      const text = (FORMATTERS[form] as (values: readonly string[]) => string)([title]);
      const found = readingsOf(text).some((values) => values.length === 1 && values[0] === title);
      assert.ok(found, text);
    }
  }
  assert.deepEqual(readingsOf(percent('Mercury_(planet)'))[1], ['Mercury_(planet)']);
  assert.deepEqual(readingsOf(lucene('all-access')), [['all-access']]);
});

void test('titles beside a pipe keep their parentheses, whether they are escaped or not', () => {
  assert.deepEqual(readingsOf('(500)_Days_of_Summer|Mercury_(planet)'), [
    ['(500)_Days_of_Summer', 'Mercury_(planet)'],
  ]);
  assert.deepEqual(readingsOf('Mercury_(planet)|Venus'), [['Mercury_(planet)', 'Venus']]);
  assert.deepEqual(readingsOf('(\\(500\\)_Days|Mercury_\\(planet\\))'), [['(500)_Days', 'Mercury_(planet)']]);
});

void test('several texts are read alike: each in its likeliest way, then in its next one', () => {
  assert.deepEqual(readingsOfAll([]), [[]]);
  assert.deepEqual(readingsOfAll(['a,b', '(c|d)', '{e,f}']), [
    ['a,b', 'c', 'd', 'e', 'f'],
    ['a', 'b', 'c', 'd', '{e,f}'],
  ]);
});

void test('whatever the text, there is a reading, and the regular expression of any values is read back', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.ok(readingsOf(text).length > 0);
    }),
  );
  const value = fc.string({ minLength: 1 }).filter((text) => !text.includes('|'));
  fc.assert(
    fc.property(fc.array(value, { minLength: 2 }), (values) => {
      assert.deepEqual(
        readingsOf((FORMATTERS.regex as (some: readonly string[]) => string)(values))[0],
        values,
      );
    }),
    { examples: [[['"', '"']]] },
  );
});
