import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseAllDocuments } from 'yaml';
import { datasetsSchema } from '../../src/datasets/schema.ts';
import { pathIn } from '../../src/datasets/views.ts';
import { SAMPLE_DATASETS } from '../../src/setup/dataset-folders.ts';
import { built } from './folder.ts';

void test('a path is recognised in any form that people paste', () => {
  const path = '/pageviews/aggregate/en.wikipedia/desktop/user/daily/20240101/latest';
  for (const pasted of [
    path,
    `/metrics${path}`,
    `/api/rest_v1/metrics${path}`,
    `https://example.org/metrics${path}`,
    `http://127.0.0.1:8080/metrics${path}.csv`,
    `/metrics${path}.metadata.json`,
    `/metrics${path}?format=csv&fill=zero#top`,
    ` ${path} `,
  ])
    assert.equal(pathIn(pasted), path, pasted);
  assert.equal(pathIn('cake'), 'cake');
  const article = '/pageviews/per-article/en.wikipedia/desktop/user/A.csv%2Fb/daily/20240101/latest';
  assert.equal(pathIn(article), article);
});

void test('the printed schema accepts every file of the sample, and refuses other documents', () => {
  const check = new Ajv2020({ allowUnionTypes: true, strictRequired: false }).compile(datasetsSchema());
  const files = readdirSync(SAMPLE_DATASETS).filter((name) => name.endsWith('.yaml'));
  assert.ok(files.length > 20);
  for (const name of files) {
    const documents = parseAllDocuments(readFileSync(join(SAMPLE_DATASETS, name), 'utf8'));
    for (const document of documents as { toJS(): unknown }[])
      assert.ok(check(document.toJS()), `${name}: ${JSON.stringify(check.errors)}`);
  }
  for (const wrong of [{}, { dataset: 'x', title: 'X' }, { graph: 'g' }, [], 'x']) assert.ok(!check(wrong));
});

void test('a long data set of many series shows as many as one request may cost', async () => {
  const lines = ['time,place,count'];
  for (let day = 0; day < 3000; day++) {
    const date = new Date(Date.UTC(2015, 0, 1 + day)).toISOString().slice(0, 10);
    for (const place of ['A', 'B', 'C']) lines.push(`${date},${place},${day}`);
  }
  const yaml = `dataset: long
title: Long
licence: CC0-1.0
file: long.csv
grain: daily
date: time
dimensions: [place]
measures: { count: , more: { column: count }, again: { column: count }, rest: { column: count }, last: { column: count } }
`;
  const { catalogue, mistakes } = await built({ 'long.yaml': yaml, 'long.csv': `${lines.join('\n')}\n` });
  assert.deepEqual(mistakes, []);
  assert.deepEqual(catalogue.graphs.get('long')?.data, [
    { path: '/datasets/long/A%7CB%7CC/daily/20150101/latest' },
  ]);
  const six = yaml.replace('measures: {', 'measures: { a: { column: count }, b: { column: count },');
  const longer = await built({ 'long.yaml': six, 'long.csv': `${lines.join('\n')}\n` });
  assert.deepEqual(longer.catalogue.graphs.get('long')?.data, [
    { path: '/datasets/long/A%7CB/daily/20150101/latest' },
  ]);
});
