import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS } from '../../src/metrics/index.ts';
import { rangeWords } from '../../src/web/range-words.ts';

/** What is said of the range of a metric. */
function words(name: string): string {
  const metric = METRICS.find((one) => one.name === name);
  assert.ok(metric, name);
  return rangeWords(metric).join('\n');
}

void test('the end is included or not, and whole months are given or those that were stored, as the family has it', () => {
  assert.match(
    words('pageviews-per-article'),
    /contains `end` is included[\s\S]*completely between start and end/,
  );
  assert.match(words('pageviews-per-article'), /`hourly` is answered with 404/);
  assert.match(words('edits-aggregate'), /end is not included/);
  assert.match(words('unique-devices'), /date of a month is its first day/);
  assert.match(words('knowledge-gap-per-category'), /begins at `start` is not included/);
  assert.match(words('knowledge-gap-per-category'), /names no granularity: the rows are `monthly`/);
});

void test('how long a range may be, what an hour looks like and what a gap becomes is said where there is a rule', () => {
  assert.match(words('edits-per-page'), /at most 367 days/);
  assert.doesNotMatch(words('edits-aggregate'), /at most/);
  assert.match(words('legacy-pagecounts-aggregate'), /^`start` and `end` are `YYYYMMDDHH`,/);
  assert.match(words('editors-aggregate'), /has a row of zeros/);
  assert.match(words('pageviews-aggregate'), /`\?fill=zero`/);
});

void test('lists are of days, of months, or of both', () => {
  assert.match(words('pageviews-top'), /One list per day, and one per month[\s\S]*`all-days`/);
  assert.match(words('pageviews-top-per-country'), /^One list per day: /);
  assert.match(words('pageviews-top-by-country'), /^One list per month/);
});
