import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readLog } from '../collect/read-log.ts';
import { startGateway } from '../support/gateway.ts';

/*
 * Snowplow's Python tracker, unchanged but for the address. PYTHON names the interpreter, python3
 * where it doesn't; the package is installed into a virtual environment of the test's own.
 */
const run = promisify(execFile);
const PACKAGE = 'snowplow-tracker==1.1.0';
const program = fileURLToPath(new URL('../../../test/clients/snowplow_events.py', import.meta.url));

void test("Snowplow's Python tracker: what it says it sent is in the log", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-python-'));
  try {
    const python = join(folder, 'bin/python');
    try {
      await run(process.env['PYTHON'] ?? 'python3', ['-m', 'venv', folder]);
      await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE], {
        timeout: 120_000,
      });
    } catch (error) {
      t.skip(`${PACKAGE} can't be installed: ${(error as Error).message.split('\n', 1)[0]}`);
      return;
    }
    const gateway = await startGateway({ flags: { collect: 'true' } });
    try {
      const origin = await gateway.app.api.listen({ host: '127.0.0.1', port: 0 });
      const { stdout } = await run(python, [program, new URL(origin).host], { timeout: 60_000 });
      const { sent, failed } = JSON.parse(stdout) as { sent: string[]; failed: number };
      assert.deepEqual([sent.length, failed], [6, 0]);
      const views = await readLog(gateway.eventLog, 'pageview');
      const actions = await readLog(gateway.eventLog, 'action');
      assert.deepEqual(
        views.map(({ site, path, title, is_bot: isBot }) => [site, path, title, isBot]),
        [
          ['example.org', '/python/post', 'Python', true],
          ['example.org', '/python/get', 'Python', true],
        ],
      );
      assert.deepEqual(
        actions.map(({ name }) => name),
        ['add', 'order', 'add', 'order'],
      );
      assert.deepEqual(new Set([...views, ...actions].map(({ meta }) => meta.id)), new Set(sent));
    } finally {
      await gateway.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
