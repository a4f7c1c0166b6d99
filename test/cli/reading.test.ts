import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CAKES, folderWith, remove } from '../datasets/folder.ts';
import { SAMPLE_DATASETS } from '../../src/setup/dataset-folders.ts';
import { startGateway } from '../support/gateway.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

/* Commands that only read: in a folder without data they make none, and say where they looked. */

let empty: string;
let datasets: string;
let data: string;
before(async () => {
  empty = realpathSync(await folderWith({}));
  datasets = await folderWith(CAKES);
  data = await folderWith({});
  const gateway = await startGateway({
    datasets: [datasets],
    flags: { warehouse: `duckdb:${join(data, 'lake')}`, series: `lmdb:${join(data, 'series')}` },
  });
  await gateway.close();
});
after(async () => {
  for (const folder of [empty, datasets, data]) await remove(folder);
});

function kraken(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { PATH = '' } = process.env;
  const options = { encoding: 'utf8', cwd: empty, env: { PATH } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], options);
  return { status, stdout, stderr };
}

const nothing = (): string =>
  `kraken: nothing is loaded: there is no folder ${join(empty, 'data')}; create it with kraken import, or name another data folder with --data (KRAKEN_DATA)\n`;

void test('a question and an export end with 2 where there is no data, and name the folder', () => {
  for (const args of [
    ['query', 'edits-aggregate', '--range', '2021'],
    ['export', 'edits-aggregate'],
  ])
    assert.deepEqual(kraken(...args), { status: 2, stdout: '', stderr: nothing() });
  const { status, stderr } = kraken('views');
  assert.equal(status, 2);
  assert.match(stderr, /there is no lake in .*data\/lake; .*set another by --data/);
  assert.deepEqual(readdirSync(empty), []);
});

void test('what is wrong with a question is said first', () => {
  assert.match(kraken('query', 'edits-aggregate', '--range', 'yesteryear').stderr, /yesteryear/);
  assert.match(kraken('query', 'edit-aggregate', '--range', '2021').stderr, /did you mean edits-aggregate\?/);
});

void test('the catalogue lists every metric by the path that can be asked, and says what it knows nothing of', () => {
  const { status, stdout, stderr } = kraken('catalogue');
  assert.equal(status, 0);
  assert.match(stdout, /^unique-devices\n.*\n {2}\/metrics\/unique-devices\/\{project\}\//m);
  assert.deepEqual(stderr.split('\n'), [
    nothing().trim(),
    'kraken: data sets are not listed: no folder of data sets is set; name it with --datasets FOLDER (KRAKEN_DATASETS)',
    '',
  ]);
  assert.deepEqual(readdirSync(empty), []);
});

void test('data sets are checked where there is no data, and none is made', () => {
  const { status, stdout } = kraken('datasets', datasets);
  assert.equal(status, 0);
  assert.match(stdout, /1 thing published, 0 mistakes\.\n$/);
  assert.deepEqual(readdirSync(empty), []);
});

void test('a data set that is known no more, or is of the sample, is told with what makes it known', () => {
  assert.deepEqual(kraken('query', 'cake', '--range', '2024', '--data', data), {
    status: 2,
    stdout: '',
    stderr:
      'kraken: there is no metric cake: the lake has rows of a data set of this name, and no folder of data sets is set; name it with --datasets FOLDER (KRAKEN_DATASETS)\n',
  });
  for (const command of ['query', 'export', 'retract']) {
    const range = ['--range', '2021'];
    assert.equal(
      kraken(command, 'wmf-editors', ...range, '--data', data).stderr,
      `kraken: there is no metric wmf-editors: it is a data set of the sample: add --datasets ${SAMPLE_DATASETS}\n`,
    );
  }
  assert.match(
    kraken('query', 'zebras', '--data', data).stderr,
    /kraken catalogue lists all metrics\. If it is a data set: no folder of data sets is set/,
  );
  const { status } = kraken('query', 'cake', '--range', '2024', '--data', data, '--datasets', datasets);
  assert.equal(status, 0);
});

void test('a value that a dimension can not have is named, where the sentence is one of AQS', () => {
  const { stderr } = kraken('query', 'edits-aggregate', '--range', '2021', '--where', 'project=a.b|En!');
  assert.match(stderr, /^kraken: project En!: The parameter `project` contains invalid charaters\./);
});
