import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toldToEnd } from '../../engines/signals.ts';
import { chosenTests } from '../support/chosen-tests.ts';
import { Processes } from '../support/process.ts';
import { BrowserError, findBrowser } from './find-browser.ts';

// npm run test:browser: every test/browser/**/*.test.ts, compiled, in a real browser, against a gateway
// with the sample. Arguments choose the tests whose names contain one of them. KRAKEN_TEST_BROWSER is
// the browser to use (none: every test skips), KRAKEN_TEST_ORIGIN a gateway that serves already,
// KRAKEN_TEST_SCREENSHOTS the folder for pictures of the pages.

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const files = chosenTests('browser', process.argv.slice(2));
const told = toldToEnd();
const folder = await mkdtemp(join(tmpdir(), 'kraken-browser-'));
const processes = new Processes();
try {
  process.exitCode = await Promise.race([prepared().then(test, refuse), told.then(() => 1)]);
} finally {
  await processes.end();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
process.exit();

/** What the tests need to know, as their environment. */
async function prepared(): Promise<Record<string, string>> {
  const browser = await findBrowser(process.env['KRAKEN_TEST_BROWSER'], join(folder, 'browser'));
  if ('why' in browser) {
    say(`The tests in a browser skip: ${browser.why}`);
    return { KRAKEN_TEST_NO_BROWSER: browser.why };
  }
  say(`In ${browser.version}`);
  const screenshots =
    process.env['KRAKEN_TEST_SCREENSHOTS'] ?? (await mkdtemp(join(tmpdir(), 'kraken-screenshots-')));
  mkdirSync(screenshots, { recursive: true });
  say(`Pictures of the pages: ${screenshots}`);
  return {
    KRAKEN_TEST_BROWSER: browser.path,
    KRAKEN_TEST_ORIGIN: process.env['KRAKEN_TEST_ORIGIN'] ?? (await served()),
    KRAKEN_TEST_SCREENSHOTS: screenshots,
  };
}

function refuse(error: unknown): number {
  if (!(error instanceof BrowserError)) throw error;
  say(error.message);
  return 1;
}

async function served(): Promise<string> {
  const { api } = await processes.serve(join(folder, 'data'), '--sample');
  return api;
}

/** Runs the tests, one file after the other: what they measure must not be disturbed. */
async function test(env: Record<string, string>): Promise<number> {
  const options = ['--enable-source-maps', '--test', '--test-concurrency=1', '--test-reporter=spec'];
  const tests = spawn(process.execPath, [...options, ...files], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  void told.then(() => tests.kill());
  const [status] = (await once(tests, 'exit')) as [number | null];
  return status ?? 1;
}
