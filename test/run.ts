import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

// Runs every test/**/*.test.ts, compiled, but for test/engines/, which needs engines that run. `node --test FOLDER` would also run the suites and
// fixtures that tests import, and tests whose source is gone. Those of test/engines/ need Java: they have
// a runner of their own.
const compiled = fileURLToPath(new URL('.', import.meta.url));
const sources = fileURLToPath(new URL('../../test', import.meta.url));
const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.startsWith(`engines${sep}`))
  .map((name) => join(compiled, name.replace(/\.ts$/, '.js')));
const options = ['--enable-source-maps', '--test', '--test-reporter=spec'];
const { status } = spawnSync(process.execPath, [...options, ...files], { stdio: 'inherit' });
process.exitCode = status ?? 1;
