import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { contractFiles } from '../../src/contract/contract.ts';

for (const { path, text } of await contractFiles()) {
  void test(`${path} is what the catalogue and the settings say`, () => {
    const committed = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
    assert.equal(committed, text, 'run npm run contract, and commit what it prints');
  });
}
