import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lacking, python } from '../support/python.ts';
import { startGateway } from '../support/gateway.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const notebook = join(root, 'docs/kraken.ipynb');

interface Cell {
  readonly outputs?: readonly unknown[];
}

void test(
  'the notebook of docs/jupyter.md runs in a kernel, and shows a table, a picture and a frame',
  { skip: lacking('nbclient', 'ipykernel', 'pandas') },
  async () => {
    const gateway = await startGateway();
    try {
      await gateway.loadSample();
      await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
      const base = `http://127.0.0.1:${(gateway.app.api.server.address() as AddressInfo).port}`;
      const { stdout } = await promisify(execFile)(
        python,
        ['-W', 'ignore', join(root, 'test/clients/pages/notebook.py'), notebook],
        { env: { ...process.env, KRAKEN: base }, maxBuffer: 1e7 },
      );
      const shown = JSON.parse(stdout) as Record<string, string>[];
      assert.equal(shown.length, 4);
      const [table, sums, picture, frame] = shown;
      assert.match(table?.['text/html'] ?? '', /<td>56231<\/td>/);
      assert.match(sums?.['text/plain'] ?? '', /Gravity_\(2013_film\) +\d{7}\n/);
      assert.match(picture?.['image/svg+xml'] ?? '', /^<svg[^]*<path[^]*Moonlight/);
      const address = /src="([^"]+)"/.exec(frame?.['text/html'] ?? '')?.[1] ?? '';
      assert.ok(address.startsWith(`${base}/embed/`), address);
      const page = await fetch(address);
      assert.equal(page.status, 200);
      assert.doesNotMatch(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
    } finally {
      await gateway.close();
    }
  },
);

void test('the notebook is kept without what it showed somebody once', () => {
  const { cells } = JSON.parse(readFileSync(notebook, 'utf8')) as { cells: Cell[] };
  assert.ok(cells.length > 4);
  for (const { outputs = [] } of cells) assert.deepEqual(outputs, []);
});
