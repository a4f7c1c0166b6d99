import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SETTINGS } from '../../src/config/config.ts';
import { PROBLEMS } from '../../src/core/problem.ts';

/** A missing README documents nothing. */
function readme(): string {
  try {
    return readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  } catch {
    return '';
  }
}

/** The names that the README doesn't have in backticks: `KRAKEN_PORT`. */
function undocumented(names: readonly string[]): string[] {
  const text = readme();
  return names.filter((name) => !text.includes(`\`${name}\``));
}

void test('the README documents every setting', () => {
  assert.deepEqual(undocumented(Object.values(SETTINGS).map(({ name }) => name)), []);
});

void test('the README documents every code of a problem', () => {
  assert.deepEqual(undocumented(Object.keys(PROBLEMS)), []);
});

void test('the README has no setting that does not exist', () => {
  const names: readonly string[] = Object.values(SETTINGS).map(({ name }) => name);
  const mentioned = new Set(readme().match(/KRAKEN_[A-Z_]*[A-Z]/g));
  assert.deepEqual(
    [...mentioned].filter((name) => !names.includes(name)),
    [],
  );
});
