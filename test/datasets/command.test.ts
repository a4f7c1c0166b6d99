import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CAKES, folderWith, remove, write } from './folder.ts';
import { startGateway } from '../support/gateway.ts';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

let folder: string;
let data: string;
before(async () => {
  folder = await folderWith({
    ...CAKES,
    'saved.yaml':
      'dataset: cat\ntitle: Cat\nquestion: { metric: pageviews-per-article, where: { article: Cat } }\n',
  });
  data = await folderWith({});
  const flags = { warehouse: `duckdb:${join(data, 'lake')}` };
  const gateway = await startGateway({ datasets: [folder], flags });
  await gateway.close();
});
after(async () => {
  await remove(folder);
  await remove(data);
});

function kraken(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { PATH = '' } = process.env;
  const env = { PATH, KRAKEN_DATASETS: folder, KRAKEN_DATA: data };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

void test('kraken datasets says what each file becomes, and exits with 0 where nothing is wrong', () => {
  assert.deepEqual(kraken('datasets'), {
    status: 0,
    stdout: [
      'cake.yaml: data set Cakes baked: /metrics/datasets/cake/{kitchen}/{granularity}/{start}/{end}',
      'saved.yaml: data set Cat: /metrics/datasets/cat/{project}/{access}/{agent}/{granularity}/{start}/{end}',
      '2 things published, 0 mistakes.',
      '',
    ].join('\n'),
    stderr: '',
  });
});

void test('kraken datasets reads a folder that is named to the last row, and exits with 1 where something is wrong', async () => {
  const other = await folderWith({ ...CAKES, 'wrong.yaml': 'dataset: wrong\n' });
  await write(other, { 'cake.csv': `${CAKES['cake.csv']}2024-03,North,some\n` });
  const { status, stdout } = kraken('datasets', other);
  assert.equal(status, 1);
  assert.deepEqual(stdout.trim().split('\n'), [
    'wrong.yaml:1:1: title is missing in a data set.',
    'wrong.yaml:1:1: a data set has exactly one of question, file, url, table and stream as its source.',
    'cake.csv:6: the column cakes "some" is not a whole number from 0 to 2^53-1; if it stands for a gap, declare missing: ["some"].',
    '0 things published, 3 mistakes.',
  ]);
  await remove(other);
  const { status: gone, stdout: said } = kraken('datasets', other);
  assert.equal(gone, 1);
  assert.equal(said, `${other} can't be read: there is no such folder\n0 things published, 1 mistake.\n`);
});

void test('a folder without a YAML file is reported, with names that are nearly right', async () => {
  const other = await folderWith({ 'cake.yml.txt': CAKES['cake.yaml'], 'cake.csv': CAKES['cake.csv'] });
  const { stdout } = kraken('datasets', other);
  assert.deepEqual(stdout.split('\n'), [
    `${other} has no file whose name ends in .yaml or .yml; ignored: cake.yml.txt.`,
    '0 things published, 0 mistakes.',
    '',
  ]);
  await write(other, { 'cake.yml': CAKES['cake.yaml'] });
  assert.match(
    kraken('datasets', other).stdout,
    /: only names that end in \.yaml or \.yml are read; ignored: cake\.yml\.txt\.\n1 thing published/,
  );
  await remove(other);
});

void test('kraken query, export and catalogue know data sets', () => {
  const { stdout: csv } = kraken('export', 'cake', '--format', 'csv', '--range', '2024-01');
  assert.equal(
    csv,
    'kitchen,granularity,timestamp,cakes\nNorth,monthly,20240101,12\nSouth,monthly,20240101,7\n',
  );
  const { stdout: answer } = kraken('query', 'cake', '--range', '2024', '--by', 'kitchen', '--format', 'csv');
  assert.deepEqual(answer.trim().split('\r\n'), ['kitchen,cakes', 'North,27', 'South,16']);
  assert.match(kraken('catalogue').stdout, /\ncake\n.*\n.*\n {2}monthly: 2024-01-01 to 2024-03-01, 4 rows/);
});

void test('a data set is not imported by hand, and a saved question has no rows to remove', () => {
  assert.deepEqual(kraken('import', 'cake', 'x.csv'), {
    status: 2,
    stdout: '',
    stderr: 'kraken: cake is a data set: Kraken imports the rows of its file by itself\n',
  });
  assert.deepEqual(kraken('retract', 'cat', '--range', '2024'), {
    status: 2,
    stdout: '',
    stderr: 'kraken: cat is a saved question without rows of its own: use pageviews-per-article\n',
  });
  assert.match(kraken('export', 'cakes').stderr, /there is no metric cakes: did you mean cake\?/);
});

void test('rows of a data set are removed for good, and do not come back by themselves', async () => {
  assert.equal(kraken('retract', 'cake', '--range', '2024-01..2024-02').status, 0);
  const flags = { warehouse: `duckdb:${join(data, 'lake')}` };
  const gateway = await startGateway({ datasets: [folder], flags });
  try {
    const { text } = await gateway.get('/metrics/datasets/cake/North%7CSouth/monthly/20240101/latest.csv');
    assert.deepEqual(text.trim().split('\r\n').slice(1), ['South,monthly,2024-03-01,9']);
  } finally {
    await gateway.close();
  }
});
