import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway } from '../support/gateway.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kraken } from '../support/process.ts';

/* `kraken query` says what HTTP says. */

let data: string;
before(async () => {
  data = await mkdtemp(join(tmpdir(), 'kraken-'));
});
after(() => rm(data, { recursive: true }));

async function said(...args: string[]): Promise<string> {
  const { code, stderr } = await new Kraken(['query', ...args, '--data', data]).ended;
  assert.equal(code, 2, stderr);
  return stderr.trim();
}

void test('a flag that HTTP calls otherwise, a dimension, a misspelt flag, a metric in another spelling', async () => {
  const range = ['--range', '2021'];
  assert.deepEqual(
    await Promise.all([
      said('edits-aggregate', ...range, '--granularity', 'daily'),
      said('edits-aggregate', '--project', 'en.wikipedia', ...range),
      said('edits-aggregate', '--editorType=user', ...range),
      said('edits-aggregate', ...range, '--mesures', 'edits'),
      said('edits-aggregate', '2021'),
    ]),
    [
      'kraken: There is no option --granularity: did you mean --grain?',
      'kraken: There is no option --project: write --where project=….',
      'kraken: There is no option --editorType: write --where editor-type=….',
      'kraken: There is no option --mesures: did you mean --measures?',
      'kraken: unexpected argument "2021": ask one question at a time, and quote values with spaces',
    ],
  );
});

void test('a metric in another spelling, and members of JSON, as over HTTP', async () => {
  await (await startGateway({ flags: { data } })).close();
  assert.deepEqual(
    await Promise.all([
      said('editsAggregate', '--range', '2021'),
      said('{"metric":"edits-aggregate","range":"2021","granularity":"daily"}'),
    ]),
    [
      'kraken: There is no metric editsAggregate: did you mean edits-aggregate?',
      'kraken: There is no granularity: did you mean grain?',
    ],
  );
});

void test('what has no rows says why, beside its CSV and NDJSON', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-'));
  try {
    const gateway = await startGateway({ flags: { data: folder } });
    await gateway.load('pageviews-per-article', [
      {
        project: 'en.wikipedia',
        article: 'Cat',
        access: 'desktop',
        agent: 'user',
        granularity: 'daily',
        timestamp: '2024010100',
        views: 5,
      },
    ]);
    await gateway.close();
    const ask = async (article: string, format: string): Promise<[stdout: string, stderr: string]> => {
      const where = ['project=en.wikipedia', 'access=desktop', 'agent=user', `article=${article}`];
      const conditions = where.flatMap((one) => ['--where', one]);
      const flags = ['--range', '2024-01', '--format', format, '--data', folder];
      const args = ['query', 'pageviews-per-article', ...conditions, ...flags];
      const { code, stdout, stderr } = await new Kraken(args).ended;
      assert.equal(code, 0, stderr);
      return [stdout, stderr];
    };
    for (const [format, empty] of [
      ['csv', 'views\r\n'],
      ['ndjson', ''],
    ] as const) {
      const [stdout, stderr] = await ask('Catt', format);
      assert.equal(stdout, empty);
      assert.match(stderr, /^There is no article Catt of en\.wikipedia here: did you mean Cat\? .*\n$/);
      assert.equal((await ask('Cat|Catt', format))[1], 'No rows in this range: Catt.\n');
      assert.equal((await ask('Cat', format))[1], '');
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

void test('other commands know what else their flags are called', async () => {
  const { code, stderr } = await new Kraken(['export', 'edits-aggregate', '--granularity', 'daily']).ended;
  assert.equal(code, 2);
  assert.match(stderr, /unknown option '--granularity'\n\(Did you mean --grain\?\)/);
});

void test('decimals of a table are all there, and add up to what their digits do', async (t) => {
  const datasets = await mkdtemp(join(tmpdir(), 'kraken-'));
  t.after(() => rm(datasets, { recursive: true }));
  const csv = 'month,kitchen,flour\n2024-01,North,0.1\n2024-02,North,0.2\n2024-01,South,0.0000001\n';
  await writeFile(join(datasets, 'flour.csv'), csv);
  await writeFile(
    join(datasets, 'flour.yaml'),
    'dataset: flour\ntitle: Flour\nlicence: CC0-1.0\nfile: flour.csv\ngrain: monthly\ndate: month\ndimensions: [kitchen]\nmeasures: { flour: { kind: decimal } }\n',
  );
  await (await startGateway({ datasets: [datasets], flags: { data } })).close();
  const flags = [
    '--by',
    'kitchen',
    '--range',
    '2024-01..2024-02',
    '--total',
    '--data',
    data,
    '--datasets',
    datasets,
  ];
  const { code, stdout, stderr } = await new Kraken(['query', 'flour', ...flags]).ended;
  assert.equal(code, 0, stderr);
  const [, , ...lines] = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  assert.deepEqual(lines.slice(0, 4), [
    ['North', '0.3'],
    ['South', '1e-7'],
    ['-------', '---------'],
    ['0.3000001'],
  ]);
});
