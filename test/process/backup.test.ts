import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Processes } from '../support/process.ts';
import { fileWith } from '../load/files.ts';

/* docs/operations.md, "Backup and restore": a copy of the folder, made beside a gateway that serves. */

const processes = new Processes();
after(() => processes.end());

void test('a copy of the data folder is a backup, and serves the same when it is put back', async (t) => {
  const folder = processes.folder();
  const data = join(folder, 'data');
  const path = '/metrics/unique-devices/en.wikipedia/all-sites/daily/20240301/20240301';
  const importDevices = async (devices: number): Promise<void> => {
    const item = { project: 'en.wikipedia', 'access-site': 'all-sites', granularity: 'daily' };
    const numbers = { timestamp: '20240301', devices, offset: 1, underestimate: 2 };
    const file = fileWith(t, String(devices), JSON.stringify({ ...item, ...numbers }));
    const { code, stderr } = await processes.run('import', 'unique-devices', file, '--data', data);
    assert.equal(code, 0, stderr);
  };
  const served = async (): Promise<string> => {
    const { kraken, api } = await processes.serve(data);
    const text = await (await fetch(`${api}${path}`)).text();
    await kraken.kill('SIGINT');
    return text;
  };

  await importDevices(3);
  const { kraken, api } = await processes.serve(data);
  cpSync(data, join(folder, 'backup'), { recursive: true });
  const before = await (await fetch(`${api}${path}`)).text();
  await kraken.kill('SIGINT');
  assert.match(before, /"devices":3/);

  await importDevices(4);
  assert.match(await served(), /"devices":4/);

  rmSync(data, { recursive: true });
  cpSync(join(folder, 'backup'), data, { recursive: true });
  assert.equal(await served(), before);
  await importDevices(5);
  assert.match(await served(), /"devices":5/, 'what was restored can be imported into');
});
