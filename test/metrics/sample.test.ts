import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Metric, Parameters } from '../../src/core/metric/metric.ts';
import { METRICS } from '../../src/metrics/index.ts';

const FOLDER = new URL('../../../sample/', import.meta.url);
type Row = Readonly<Record<string, unknown>>;

function rowsOf(file: string): Row[] {
  const bytes = readFileSync(new URL(file, FOLDER));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  if (file.replace(/\.gz$/, '').endsWith('.json')) return (JSON.parse(text) as { items: Row[] }).items;
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

/** Data sets lie in a folder of their own. */
const files = readdirSync(FOLDER).filter((name) => !['README.md', 'datasets', 'logs'].includes(name));

/** Whether a row lies in what an example asks for; months of a year asked for count. */
function answers(metric: Metric, example: Parameters, row: Row): boolean {
  const same = (name: string) => example[name] === undefined || row[name] === example[name];
  if (!metric.dimensions.every(({ name }) => same(name))) return false;
  if (metric.shape.kind === 'top') return ['year', 'month', 'day'].every(same);
  const grain = example.granularity === 'yearly' ? 'monthly' : example.granularity;
  const day = String(row.timestamp).replaceAll('-', '').slice(0, 8);
  return row.granularity === grain && day >= example.start!.slice(0, 8) && day <= example.end!.slice(0, 8);
}

void test('every file of the sample belongs to a metric, by the beginning of its name', () => {
  const names = METRICS.map((metric) => metric.name);
  for (const file of files) assert.ok(names.includes(file.split('.')[0] as string), file);
});

for (const metric of METRICS) {
  const mine = files.filter((file) => file.startsWith(`${metric.name}.`));
  if (mine.length === 0) continue;
  void test(`${metric.name}: every example has rows in the sample`, () => {
    const rows = mine.flatMap(rowsOf);
    for (const example of metric.examples)
      assert.ok(
        rows.some((row) => answers(metric, example, row)),
        JSON.stringify(example),
      );
  });
}

void test('the README of the sample names every file', () => {
  const readme = readFileSync(new URL('README.md', FOLDER), 'utf8');
  for (const file of files) assert.ok(readme.includes(file), file);
});
