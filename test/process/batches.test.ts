import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../load/files.ts';
import { batchesOf, writeBatches } from '../support/batches.ts';

/** Writes test files, by their names. Returns their paths, in the order of the names. */
function written(t: TestContext, texts: Readonly<Record<string, string>>): string[] {
  const folder = temporaryFolder(t);
  return Object.entries(texts).map(([name, text]) => {
    const path = join(folder, `${name}.test.mjs`);
    writeFileSync(path, text);
    return path;
  });
}

/** Runs programs as run.ts does. */
function ran(...programs: readonly string[]) {
  const options = ['--test', '--test-reporter=spec'];
  // Without what says that it is a test which starts this.
  const env = { PATH: process.env['PATH'] };
  return spawnSync(process.execPath, [...options, ...programs], { encoding: 'utf8', env });
}

/** Runs test files in one process. */
function together(t: TestContext, texts: Readonly<Record<string, string>>) {
  return ran(...writeBatches(temporaryFolder(t), [written(t, texts)]));
}

const total = (stdout: string, of: string): number =>
  Number(new RegExp(`^ℹ ${of} (\\d+)$`, 'm').exec(stdout)?.[1]);

void test('neighbours share a process, and a file that says so has one of its own', (t) => {
  const texts = Object.fromEntries(Array.from({ length: 29 }, (_, i) => [`f${100 + i}`, '']));
  const files = written(t, { ...texts, f107: '// Runs in a process of its own: it changes the time.\n' });
  const [alone, ...batches] = batchesOf(files, 2);
  assert.deepEqual(alone, [files[7]]);
  assert.deepEqual(
    batches.flat(),
    files.filter((_, i) => i !== 7),
  );
  assert.deepEqual(
    batches.map(({ length }) => length),
    [9, 10, 9],
  );
});

void test('a few files are spread over all processes', (t) => {
  const files = written(t, { a: '', b: '', c: '' });
  assert.deepEqual(batchesOf(files, 2), [[files[0], files[1]], [files[2]]]);
  assert.deepEqual(
    batchesOf(files, 8),
    files.map((file) => [file]),
  );
});

void test('files in one process keep their hooks to themselves, and come one after the other', (t) => {
  const file = (name: string): string => `
    import { after, afterEach, before, test } from 'node:test';
    const say = (what) => () => console.log('${name} ' + what);
    say('is loaded')();
    before(say('begins'));
    afterEach(say('had a test'));
    after(say('ends'));
    test('is tested', say('is tested'));
    test('is not tested', { skip: 'for the example' }, say('is tested after all'));`;
  const { status, stdout } = together(t, { a: file('A'), b: file('B') });
  const course = ['is loaded', 'begins', 'is tested', 'had a test', 'ends'];
  assert.deepEqual(
    stdout.match(/^[AB] .*$/gm),
    ['A', 'B'].flatMap((name) => course.map((what) => `${name} ${what}`)),
  );
  assert.equal(status, 0);
  assert.deepEqual(
    ['tests', 'pass', 'fail', 'skipped'].map((of) => total(stdout, of)),
    [4, 2, 0, 2],
  );
});

void test('a file that fails, or cannot be loaded, is named, and the others are run', (t) => {
  const test = "import { test } from 'node:test';";
  const { status, stdout } = together(t, {
    a: `${test} test('is wrong', () => { throw new Error('wrong'); });`,
    b: "throw new Error('not loaded');",
    c: `${test} test('is right', () => {});`,
  });
  assert.equal(status, 1);
  const [, failing = ''] = stdout.split('failing tests:');
  assert.match(failing, /a\.test\.mjs:1:\d+\n✖ is wrong/);
  assert.match(failing, /✖ \S*b\.test\.mjs .*\n\s+Error: not loaded/);
  assert.match(stdout, /✔ is right/);
});

void test('what a test leaves open does not hold the run up', (t) => {
  const test =
    "import { test } from 'node:test'; test('leaves a timer', () => void setInterval(() => {}, 1000));";
  const [file] = written(t, { a: test });
  const program = join(temporaryFolder(t), 'program.mjs');
  const module = new URL('../support/together.js', import.meta.url).href;
  writeFileSync(program, `import { runTogether } from '${module}'; await runTogether(['${file}'], 100);`);
  const { status, stdout } = ran(program);
  assert.equal(status, 1);
  assert.match(stdout, /still open after the tests of \S*a\.test\.mjs: .*Timeout/);
});
