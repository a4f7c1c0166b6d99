import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startGateway } from '../support/gateway.ts';

/*
 * Schemathesis reads the OpenAPI document, and sends what it calls valid and what it calls invalid. Its default checks
 * see a failure of the server, a wrong status, media type or body, and a request that is taken or refused against the
 * document. What is left out is in schemathesis.toml and schemathesis_hooks.py, with reasons. PYTHON names the
 * interpreter whose environment has it.
 */
const command = join(dirname(process.env['PYTHON'] ?? '/nowhere'), 'schemathesis');
const folder = fileURLToPath(new URL('../../../test/clients/', import.meta.url));

void test(
  'a generated client knows what is allowed: the OpenAPI document and the server agree',
  { skip: existsSync(command) ? false : 'there is no schemathesis beside PYTHON' },
  async () => {
    const gateway = await startGateway();
    const working = await mkdtemp(join(tmpdir(), 'kraken-schemathesis-'));
    try {
      await gateway.loadSample();
      await gateway.app.api.listen({ port: 0, host: '127.0.0.1' });
      const { port } = gateway.app.api.server.address() as AddressInfo;
      const document = join(working, 'openapi.json');
      await writeFile(document, (await gateway.get('/openapi.json')).text);
      const said = await promisify(execFile)(
        command,
        `--config-file ${join(folder, 'schemathesis.toml')} run ${document} --url http://127.0.0.1:${port} --phases examples,coverage --seed 20261130 --no-color`.split(
          ' ',
        ),
        {
          cwd: working,
          env: { ...process.env, SCHEMATHESIS_HOOKS: 'schemathesis_hooks', PYTHONPATH: folder },
          maxBuffer: 1e8,
        },
      ).catch((error: { stdout: string }) => error);
      assert.doesNotMatch(said.stdout, /Failures:|Errors:/, said.stdout);
      const [, cases = '0'] = /(\d+) generated/.exec(said.stdout) ?? [];
      assert.ok(Number(cases) > 1000, said.stdout.slice(-2000));
    } finally {
      await gateway.close();
      await rm(working, { recursive: true });
    }
  },
);
