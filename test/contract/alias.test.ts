import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

void test("the README's alias names a program of the clone, which is there before anything is compiled", () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, program = ''] = /alias kraken="node '\$PWD\/([^']+)'"/.exec(readme) ?? [];
  assert.doesNotMatch(program, /^dist\//);
  assert.ok(existsSync(join(ROOT, program)), program);
});
