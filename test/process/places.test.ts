import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Processes } from '../support/process.ts';

/* A path of a setting that can't hold what it is for: one sentence, exit code 2, and no hanging. */

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
/** Far above what a start takes on a slow machine; what this guards against never ends. */
const MOST_MS = 20_000;
const NOBODY = 65_534;

const processes = new Processes();
let root: string;
before(() => {
  root = processes.folder();
  writeFileSync(join(root, 'file'), 'my diary');
  mkdirSync(join(root, 'locked'), { mode: 0o000 });
  mkdirSync(join(root, 'open'));
  chmodSync(join(root, 'open'), 0o777);
  spawnSync('mkfifo', [join(root, 'pipe')]);
  chmodSync(root, 0o755);
});
after(() => processes.end());

function kraken(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { status: number | null; stdout: string; stderr: string } {
  const { PATH = '' } = process.env;
  const ports = args[0] === 'serve' ? ['--port', '0', '--admin-port', '0'] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args, ...ports], {
    encoding: 'utf8',
    env: { PATH, ...environment },
    timeout: MOST_MS,
    killSignal: 'SIGKILL',
    cwd: root,
    // Root may write everywhere; the tests of a clone are often run by root.
    ...(process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  return { status, stdout, stderr };
}

const DATASETS = 'Set another one by --datasets (KRAKEN_DATASETS).';
const NO_RIGHTS = 'this user has no permission';
const EITHER = (one: string): string => `choose another path with --data or ${one}.`;
const CASES: readonly (readonly [args: string, message: string])[] = [
  ['serve --data /proc/x', `/proc/x can't be used: no folder can be made in /proc; ${EITHER('--series')}`],
  ['serve --data /dev/null/x', `/dev/null/x can't be used: /dev/null is not a folder; ${EITHER('--series')}`],
  ['serve --data file', `ROOT/file can't be used: ROOT/file is not a folder; ${EITHER('--series')}`],
  ['serve --data file/x', `ROOT/file/x can't be used: ROOT/file is not a folder; ${EITHER('--series')}`],
  [
    'serve --sample --data locked/x',
    `ROOT/locked/x can't be used: ROOT/locked/x can't be read: ${NO_RIGHTS}; ${EITHER('--series')}`,
  ],
  [
    'serve --data open --series lmdb:file',
    `ROOT/file can't be used: it is not a series store: LMDB didn't write it; ${EITHER('--series')}`,
  ],
  [
    'serve --data open --series lmdb:pipe',
    `ROOT/pipe can't be used: it is not a file, but the series store must be one; ${EITHER('--series')}`,
  ],
  [
    'serve --data open --series lmdb:locked/x',
    `ROOT/locked/x can't be used: LMDB needs to write there: ${NO_RIGHTS}; ${EITHER('--series')}`,
  ],
  [
    'serve --data open --warehouse duckdb:pipe',
    `ROOT/pipe can't be used: ROOT/pipe is not a folder; ${EITHER('--warehouse')}`,
  ],
  [
    'serve --data open --warehouse duckdb:locked',
    `ROOT/locked can't be used: its tables can't be read: ${NO_RIGHTS}; ${EITHER('--warehouse')}`,
  ],
  [
    'serve --data open --warehouse duckdb:a[b',
    `ROOT/a[b can't be used: its path must not contain * ? [ ] { }, which DuckDB takes for patterns; ${EITHER('--warehouse')}`,
  ],
  [
    'serve --data open --datasets gone',
    `ROOT/gone can't be used: it can't be read as a folder: it does not exist. ${DATASETS}`,
  ],
  [
    'serve --data open --datasets file',
    `ROOT/file can't be used: it can't be read as a folder: it is not a folder. ${DATASETS}`,
  ],
  [
    'query cake --data open --datasets locked',
    `ROOT/locked can't be used: it can't be read as a folder: ${NO_RIGHTS}. ${DATASETS}`,
  ],
  [
    'import mediawiki-history x --data /proc/x',
    `/proc/x can't be used: no folder can be made in /proc; ${EITHER('--series')}`,
  ],
  [
    'export pageviews-top --data file/x',
    `ROOT/file/x/lake can't be used: ROOT/file is not a folder; ${EITHER('--warehouse')}`,
  ],
];

/** Says so where a library of an engine was loaded, which takes seconds on a busy machine. */
const TELL_ENGINES = `--import=data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => { if (process.report.getReport().sharedObjects.some((one) => /duckdb|lmdb/.test(one))) console.error("an engine was loaded"); })',
)}`;

void test('a folder that can not be is said before an engine is loaded, and nothing is left behind', () => {
  for (const args of [
    'serve --data file/x',
    'serve --data=/proc/x --sample',
    'import pageviews-top x --data file/x',
    'catalogue --warehouse duckdb:file/x',
    'query cake --datasets gone --data open/new',
  ]) {
    const { status, stderr } = kraken(args.split(' '), { NODE_OPTIONS: TELL_ENGINES });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /^kraken: [^\n]* can't be used: [^\n]*\n$/);
  }
  assert.deepEqual(
    readdirSync(join(root, 'open')).filter((name) => name === 'new'),
    [],
  );
});

for (const [args, message] of CASES)
  test(`kraken ${args}`, () => {
    const { status, stdout, stderr } = kraken(args.split(' '));
    assert.deepEqual(
      { status, stdout, stderr: stderr.replaceAll(root, 'ROOT') },
      { status: 2, stdout: '', stderr: `kraken: ${message}\n` },
    );
  });
