import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchesOf, writeBatches } from './support/batches.ts';
import { chosenTests } from './support/chosen-tests.ts';

// Runs every test/**/*.test.ts, compiled, or those whose names have one of the arguments in them (`load/`);
// but for those that have a command of their own: test/engines/ needs Java, test/browser/ a browser,
// test/package/ a package registry.
// `node --test FOLDER` would also run the suites and fixtures that tests import, and tests whose source is gone;
// and it would start a process for each file.
const elsewhere = ['engines', 'browser', 'package'];
const files = chosenTests('.', process.argv.slice(2), elsewhere);
// Node leaves one core idle, which of two is half of the machine.
const processes = availableParallelism();
const options = ['--enable-source-maps', '--test', `--test-concurrency=${processes}`, '--test-reporter=spec'];
const folder = mkdtempSync(join(tmpdir(), 'kraken-tests-'));
try {
  const programs = writeBatches(folder, batchesOf(files, processes));
  const { status } = spawnSync(process.execPath, [...options, ...programs], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
