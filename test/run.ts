import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

// Runs every test/**/*.test.ts, compiled, but for those that have a runner of their own: test/engines/
// needs Java, test/browser/ a browser. `node --test FOLDER` would also run the suites and fixtures that
// tests import, and tests whose source is gone.
const elsewhere = ['engines', 'browser'];
const compiled = fileURLToPath(new URL('.', import.meta.url));
const sources = fileURLToPath(new URL('../../test', import.meta.url));
const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !elsewhere.some((folder) => name.startsWith(folder + sep)))
  .map((name) => join(compiled, name.replace(/\.ts$/, '.js')));
const options = ['--enable-source-maps', '--test', '--test-reporter=spec'];
const { status } = spawnSync(process.execPath, [...options, ...files], { stdio: 'inherit' });
process.exitCode = status ?? 1;
