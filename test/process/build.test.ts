import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../load/files.ts';

const BUILD = fileURLToPath(new URL('../../../build/', import.meta.url));
const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
/** A compiler that says that it ran, and makes what a build makes; it fails where the source says so. */
const COMPILER = `
const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
appendFileSync('compiled', '+');
if (readFileSync('src/a.ts', 'utf8') === 'wrong') process.exit(2);
for (const folder of ['dist/build', 'dist/src']) mkdirSync(folder, { recursive: true });
writeFileSync('dist/build/assets.js', '');
writeFileSync('dist/src/cli.js', 'process.stdout.write("ran")');`;

function checkout(t: TestContext) {
  const folder = temporaryFolder(t);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const name of ['src/a.ts', 'test/a.ts', 'bench/a.ts', 'engines/a.ts', 'docs/a.md']) write(name, '');
  for (const name of ['package-lock.json', 'tsconfig.json']) write(name, '{}');
  write('package.json', '{"type":"module"}');
  write('node_modules/typescript/package.json', '{"type":"commonjs"}');
  write('node_modules/typescript/bin/tsc', COMPILER);
  cpSync(BUILD, join(folder, 'build'), { recursive: true });
  const kraken = () => spawnSync(process.execPath, ['build/kraken.mjs'], { cwd: folder, encoding: 'utf8' });
  const compiled = () => readFileSync(join(folder, 'compiled'), 'utf8').length;
  return { folder, write, kraken, compiled };
}

void test('npm run kraken compiles the first time, and then only after a change', (t) => {
  const { folder, write, kraken, compiled } = checkout(t);
  assert.equal(kraken().stdout, 'ran');
  assert.equal(kraken().stdout, 'ran');
  assert.equal(compiled(), 1);
  write('src/a.ts', 'changed');
  write('docs/new.md', '');
  kraken();
  kraken();
  assert.equal(compiled(), 2);
  rmSync(join(folder, 'docs/new.md'));
  kraken();
  assert.equal(compiled(), 3);
  rmSync(join(folder, 'dist'), { recursive: true });
  assert.equal(kraken().stdout, 'ran');
  assert.equal(compiled(), 4);
});

void test('what does not compile is compiled again, and nothing of it runs', (t) => {
  const { write, kraken, compiled } = checkout(t);
  write('src/a.ts', 'wrong');
  for (const times of [1, 2]) {
    assert.deepEqual([kraken().status, kraken().stdout, compiled()], [2, '', 2 * times]);
  }
});

/** The packages that a command loads, by name. */
function packagesOf(...args: string[]): string[] {
  const hooks = `import { writeSync } from 'node:fs';
    export async function load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); }`;
  const asUrl = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`;
  const watching = asUrl(
    `import { register } from 'node:module'; register(${JSON.stringify(asUrl(hooks))});`,
  );
  const { stderr, status } = spawnSync(process.execPath, ['--import', watching, CLI, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  assert.equal(status, 0, stderr);
  const names = stderr.matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/g);
  return [...new Set([...names].map(([, name]) => name as string))].sort();
}

void test('a command loads what it needs, and no more', (t) => {
  const folder = temporaryFolder(t);
  assert.deepEqual(packagesOf('config'), ['commander', 'fastest-levenshtein']);
  const catalogue = packagesOf('catalogue', '--data', folder);
  assert.deepEqual(
    catalogue.filter((name) => !name.startsWith('@duckdb/')),
    ['commander', 'fastest-levenshtein'],
  );
});
