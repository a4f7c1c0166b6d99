import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CAKES, folderWith, remove, write } from './folder.ts';
import { startGateway } from '../support/gateway.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

/* `kraken datasets` warns of what is right and shows nothing, as the page would say it. */

let data: string;
before(async () => {
  data = await folderWith({});
  const flags = { warehouse: `duckdb:${join(data, 'lake')}`, series: `lmdb:${join(data, 'series')}` };
  const gateway = await startGateway({ flags });
  const row = { project: 'en.wikipedia', article: 'Moonlight', access: 'all-access', agent: 'all-agents' };
  await gateway.load('pageviews-per-article', [
    { ...row, granularity: 'daily', timestamp: '2024030100', views: 5 },
  ]);
  await gateway.close();
});
after(() => remove(data));

async function checked(files: Record<string, string>, ...flags: string[]): Promise<string[]> {
  const folder = await folderWith(CAKES);
  await write(folder, files);
  const { PATH = '' } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'datasets', folder, ...flags], {
    encoding: 'utf8',
    env: { PATH },
  });
  await remove(folder);
  assert.equal(status, 0, stdout + stderr);
  return stdout
    .trim()
    .split('\n')
    .filter((line) => !/: (data set|graph|dashboard) /.test(line));
}

const graph = (path: string): Record<string, string> => ({
  'g.yaml': `graph: g\ntitle: G\ndata:\n  - ${path}\n`,
});

void test('a line of values that the data has is no warning', async () => {
  const path = '/datasets/cake/North%7CSouth/monthly/20240101/latest';
  assert.deepEqual(await checked(graph(path), '--data', data), ['2 things published, 0 mistakes.']);
});

void test('a value that the data does not have is a warning with the nearest one', async () => {
  const cases: [path: string, warning: RegExp][] = [
    ['north', /^g\.yaml:4:5: warning: it currently shows nothing: .*did you mean North\?$/],
    ['North|Sout', /^g\.yaml:4:5: warning: nothing is currently shown for Sout: .*did you mean South\?$/],
  ];
  for (const [values, warning] of cases) {
    const lines = await checked(graph(`/datasets/cake/${values}/monthly/20240101/latest`));
    assert.match(lines[0] ?? '', warning);
    assert.deepEqual(lines.slice(1), ['2 things published, 0 mistakes, 1 warning.']);
  }
});

void test('a range without data is a warning', async () => {
  const [line] = await checked(graph('/datasets/cake/North/monthly/20230101/20230601'));
  assert.match(line ?? '', /^g\.yaml:4:5: warning: it currently shows nothing: .*2024-01 to 2024-02/);
});

void test('a saved question about something not loaded is a warning, where data is at hand', async () => {
  const saved = (where: string): Record<string, string> => ({
    's.yaml': `dataset: s\ntitle: S\nquestion:\n  metric: pageviews-per-article\n  where: { ${where} }\n`,
  });
  const cases: [where: string, warning: RegExp | undefined][] = [
    ['project: en.wikipedia, article: Moonlight', undefined],
    [
      'project: en.wikipedia, article: Moonligt',
      /s\.yaml:3:1: warning: .*Moonligt.*did you mean Moonlight\?/,
    ],
    ['project: de.wikipedia, article: Moonlight', /s\.yaml:3:1: warning: .*de\.wikipedia/],
    ['article: Moonlight', undefined],
  ];
  for (const [where, warning] of cases) {
    const [first = ''] = await checked(saved(where), '--data', data);
    if (warning) assert.match(first, warning);
    else assert.equal(first, '2 things published, 0 mistakes.');
    assert.deepEqual(await checked(saved(where), '--data', join(data, 'none')), [
      '2 things published, 0 mistakes.',
    ]);
  }
});
