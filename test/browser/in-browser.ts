import { test, type TestContext, type TestOptions } from 'node:test';
import { launch, type Browser } from 'puppeteer-core';

const { KRAKEN_TEST_BROWSER, KRAKEN_TEST_NO_BROWSER, KRAKEN_TEST_ORIGIN, KRAKEN_TEST_SCREENSHOTS } =
  process.env;

/** A test in a browser; where there is none it says so, and why. */
export function inBrowser(
  title: string,
  run: (t: TestContext) => Promise<void>,
  options: Pick<TestOptions, 'concurrency'> = {},
): void {
  void test(title, { ...options, skip: KRAKEN_TEST_NO_BROWSER ?? false }, run);
}

/** Where the gateway with the sample serves, without a slash at the end. */
export function origin(): string {
  return given(KRAKEN_TEST_ORIGIN);
}

/** The folder for pictures of pages. */
export function screenshotFolder(): string {
  return given(KRAKEN_TEST_SCREENSHOTS);
}

/** @throws Error that says how to run these tests */
function given(value: string | undefined): string {
  if (!value) throw new Error('these tests are run by npm run test:browser');
  return value;
}

let started: Promise<Browser> | undefined;

/** The browser of this file's tests. */
export async function browser(): Promise<Browser> {
  // Without a sandbox, since containers seldom allow one; the pages are our own.
  started ??= launch({
    executablePath: given(KRAKEN_TEST_BROWSER),
    headless: 'shell',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--lang=en-GB'],
    // Where the system names no language, the pages' would be one that Intl refuses.
    env: { ...process.env, LC_ALL: 'en_GB.UTF-8' },
  });
  return started;
}

/** Ends the browser, where one was started. */
export async function endBrowser(): Promise<void> {
  await (await started)?.close();
}
