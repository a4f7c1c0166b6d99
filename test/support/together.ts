import { relative } from 'node:path';
import { describe } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { HANGS_MS } from './hangs.ts';

const TESTS = fileURLToPath(new URL('..', import.meta.url));

/** What tests close in the end is closed by then, however busy a machine is. */
const CLOSED_MS = 60_000;

/**
 * Runs test files one after the other in this process. Each is a suite of its own, so what a file registers outside
 * of its suites (`after`, `beforeEach`) holds for it alone. A file is loaded when those before it are done. What
 * keeps the process from ending is told, and fails it.
 * @param files absolute paths of compiled tests
 * @param closedMs how long the process may take to end after the last test
 */
export async function runTogether(files: readonly string[], closedMs = CLOSED_MS): Promise<void> {
  const names = files.map((file) => relative(TESTS, file));
  for (const [i, file] of files.entries()) {
    // node:test knows the suite by what is awaited: a promise that was made elsewhere would lead out of it.
    await describe(names[i], { timeout: HANGS_MS }, async () => {
      await import(pathToFileURL(file).href);
    });
  }
  setTimeout(() => {
    const open = process.getActiveResourcesInfo().join(', ');
    process.stdout.write(`Something is still open after the tests of ${names.join(', ')}: ${open}\n`);
    process.exit(1);
  }, closedMs).unref();
}
