import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Runs every test/**/*.test.ts, compiled. `node --test FOLDER` would also run the suites and
// fixtures that tests import, and tests whose source is gone.
const compiled = fileURLToPath(new URL('.', import.meta.url));
const sources = fileURLToPath(new URL('../../test', import.meta.url));
const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join(compiled, name.replace(/\.ts$/, '.js')));
const options = ['--enable-source-maps', '--test', '--test-reporter=spec'];
const { status } = spawnSync(process.execPath, [...options, ...files], { stdio: 'inherit' });
process.exitCode = status ?? 1;
