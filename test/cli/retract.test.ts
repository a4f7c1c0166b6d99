import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { folderWith, remove } from '../datasets/folder.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

void test('a month that was taken away is told as a gap when it is to be taken away again', async () => {
  const rows = ['01', '02', '03', '04'].map((month) =>
    JSON.stringify({
      project: 'en.wikipedia',
      'access-site': 'all-sites',
      granularity: 'monthly',
      timestamp: `2016${month}01`,
      devices: 3,
      offset: 1,
      underestimate: 2,
    }),
  );
  const folder = await folderWith({ 'rows.ndjson': `${rows.join('\n')}\n` });
  const kraken = (...args: string[]): string => {
    const { PATH = '' } = process.env;
    const options = { encoding: 'utf8', env: { PATH, KRAKEN_DATA: join(folder, 'data') } } as const;
    return spawnSync(process.execPath, [CLI, ...args], options).stderr;
  };
  kraken('import', 'unique-devices', join(folder, 'rows.ndjson'));
  const retract = ['retract', 'unique-devices', '--range', '2016-02'];
  assert.match(kraken(...retract), /1 partition changed/);
  assert.match(
    kraken(...retract),
    /There are gaps: only monthly numbers of 2016-01-01 and 2016-03-01 to 2016-04-01 are loaded\.$/m,
  );
  await remove(folder);
});
