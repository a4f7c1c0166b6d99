import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { chosenTests } from './support/chosen-tests.ts';

// Runs every test/**/*.test.ts, compiled, or those whose names have one of the arguments in them (`load/`);
// but for those that have a command of their own: test/engines/ needs Java, test/browser/ a browser,
// test/package/ a package registry.
// `node --test FOLDER` would also run the suites and fixtures that tests import, and tests whose source is gone.
const elsewhere = ['engines', 'browser', 'package'];
const files = chosenTests('.', process.argv.slice(2), elsewhere);
// Node leaves one core idle, which of two is half of the machine.
const concurrency = `--test-concurrency=${availableParallelism()}`;
const options = ['--enable-source-maps', '--test', concurrency, '--test-reporter=spec'];
const { status } = spawnSync(process.execPath, [...options, ...files], { stdio: 'inherit' });
process.exitCode = status ?? 1;
