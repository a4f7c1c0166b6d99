import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RULES } from './rules.ts';

test('every rule of AQS has a test that names it', () => {
  const folder = new URL('.', import.meta.url);
  const titles = readdirSync(folder)
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  const named = new Set([...titles.matchAll(/\[([A-Z]\d+)\]/g)].map((match) => match[1]));
  const missing = Object.entries(RULES).filter(([id]) => !named.has(id));
  assert.deepEqual(missing, [], 'rules without a test');
  const unknown = [...named].filter((id) => id !== undefined && !(id in RULES));
  assert.deepEqual(unknown, [], 'tests that name rules which are not listed');
});
