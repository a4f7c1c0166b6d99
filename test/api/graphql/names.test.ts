import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enumName, fieldName, spellAll, typeName } from '../../../src/core/metric/graphql-names.ts';
import { METRICS } from '../../../src/metrics/index.ts';

void test('names that GraphQL can’t spell have one that it can', () => {
  assert.equal(fieldName('access-site'), 'accessSite');
  assert.equal(fieldName('file_path'), 'filePath');
  assert.equal(fieldName('pageviews-per-article'), 'pageviewsPerArticle');
  assert.equal(typeName('pageviews-per-article'), 'PageviewsPerArticle');
  assert.equal(enumName('all-access'), 'ALL_ACCESS');
  assert.equal(enumName('5..24-edits'), '_5_TO_24_EDITS');
  assert.equal(enumName('100..-edits'), '_100_TO_EDITS');
});

void test('every name of the catalogue leads back to what it stands for', () => {
  const leadsBack = (texts: readonly string[], spell: (text: string) => string): void => {
    const table = spellAll(texts, spell);
    for (const text of texts) assert.equal(table.get(spell(text)), text);
  };
  leadsBack(
    METRICS.map(({ name }) => name),
    fieldName,
  );
  leadsBack(
    METRICS.map(({ name }) => name),
    typeName,
  );
  for (const metric of METRICS) {
    leadsBack(
      metric.dimensions.map(({ name }) => name),
      fieldName,
    );
    leadsBack(Object.keys(metric.measures), fieldName);
    for (const { values } of metric.dimensions) if (values) leadsBack(values, enumName);
  }
});

void test('two texts that would have one name are refused, and so is one that has none', () => {
  assert.throws(() => spellAll(['a-b', 'a_b'], fieldName), /"a-b" and "a_b" would both be named aB/);
  assert.throws(() => spellAll(['1-to-4', '1..4'], enumName), /would both be named _1_TO_4/);
  assert.throws(() => spellAll(['é', 'ü'], enumName), /"é" and "ü"/);
  assert.throws(() => spellAll([''], fieldName), /"" can't be a name in GraphQL/);
});
