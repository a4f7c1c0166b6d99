import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openFileLog } from '../../src/log/files/open.ts';
import { Processes } from '../support/process.ts';

const processes = new Processes();
after(() => processes.end());

void test('kraken load brings events into the lake, kraken streams and kraken query tell of them', async () => {
  const data = processes.folder();
  const log = await openFileLog(join(data, 'events'), 'a test');
  const now = Date.now();
  const event = (id: string, ms: number): Buffer => {
    const meta = { stream: 'pageview', id, dt: new Date(ms).toISOString() };
    return Buffer.from(JSON.stringify({ meta, site: 'example.org', path: '/' }));
  };
  await log.append('pageview', [event('a', now), event('b', now), event('a', now), Buffer.from('none')]);
  const streams = async () => {
    const { stdout, code, stderr } = await processes.run('streams', '--format', 'json', '--data', data);
    assert.equal(code, 0, stderr);
    const all = JSON.parse(stdout) as { stream: string; lagSeconds: number }[];
    return all.find(({ stream }) => stream === 'pageview');
  };
  const waiting = await streams();
  assert.ok(waiting && waiting.lagSeconds > 0);
  assert.deepEqual(
    { ...waiting, lagSeconds: 0 },
    {
      stream: 'pageview',
      accepted: 4,
      loaded: 0,
      rejected: 0,
      duplicates: 0,
      lagSeconds: 0,
      newestHour: null,
    },
  );
  // The log is written beside it.
  const loaded = await processes.run('load', '--data', data);
  assert.equal(loaded.code, 0, loaded.stderr);
  assert.deepEqual(await streams(), {
    stream: 'pageview',
    accepted: 4,
    loaded: 2,
    rejected: 1,
    duplicates: 1,
    lagSeconds: 0,
    newestHour: `${new Date(now).toISOString().slice(0, 13)}:00:00Z`,
  });
  await log.close();
  const query = [
    'query',
    'events',
    '--by',
    'outcome',
    '--grain',
    'hourly',
    '--range',
    'latest',
    '--format',
    'csv',
  ];
  const { stdout } = await processes.run(...query, '--data', data);
  const rows = stdout.split('\r\n').map((line) => line.split(','));
  const of = (outcome: string) => rows.find((row) => row.includes(outcome))?.at(-1);
  assert.deepEqual([of('accepted'), of('duplicate'), of('rejected')], ['2', '1', '1'], stdout);
  const rejects = await processes.run('streams', '--rejects', '--data', data);
  assert.match(rejects.stdout, /^pageview\/0 position 3: it isn't a JSON object$/m);
  const exported = await processes.run('export', 'pageview', '--range', '2020..2100', '--data', data);
  assert.deepEqual(
    exported.stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { meta: { id: string } }).meta.id),
    ['a', 'b'],
  );
  const csv = await processes.run('export', 'pageview', '--format', 'csv', '--data', data);
  assert.equal(csv.code, 2);
  assert.match(csv.stderr, /written as NDJSON/);
});

void test('a data set that has the name of a stream is exported as the data set that it is', async () => {
  const [data, datasets] = [processes.folder(), processes.folder()];
  await writeFile(join(datasets, 'action.csv'), 'month,kitchen,cakes\n2024-01,North,1\n');
  await writeFile(
    join(datasets, 'action.yaml'),
    'dataset: action\ntitle: Cakes\nlicence: CC0-1.0\nfile: action.csv\ngrain: monthly\ndate: month\ndimensions: [kitchen]\nmeasures:\n  cakes:\n',
  );
  await processes.run('load', '--data', data);
  const { stderr } = await processes.run('export', 'action', '--data', data, '--datasets', datasets);
  assert.match(stderr, /No rows match this selection/);
});

void test('what was refused is shown with its reason, and exported with what was sent', async () => {
  const data = processes.folder();
  const log = await openFileLog(join(data, 'events'), 'a test');
  const meta = { stream: 'rejects', id: 'a', dt: new Date().toISOString() };
  const reject = {
    meta,
    stream: 'pageview',
    reason: 'It has no site.',
    source: 'events',
    body: '{"path":5}',
  };
  await log.append('rejects', [Buffer.from(JSON.stringify(reject))]);
  await log.close();
  assert.equal((await processes.run('load', '--data', data)).code, 0);
  const shown = await processes.run('streams', '--rejects', '--data', data);
  assert.match(shown.stdout, /^\S+Z pageview \(events\): It has no site\.\n/);
  const { stdout } = await processes.run('export', 'rejects', '--data', data);
  assert.equal((JSON.parse(stdout) as { body: string }).body, '{"path":5}');
});

void test('a log that has lost records stops its stream with a sentence, until it is told to go on', async () => {
  const data = processes.folder();
  const log = await openFileLog(join(data, 'events'), 'a test', { segmentBytes: 500, segmentMs: 1 });
  const event = (id: string): Buffer =>
    Buffer.from(
      JSON.stringify({ meta: { id, dt: new Date().toISOString() }, site: 's', path: '/'.padEnd(300) }),
    );
  await log.append('pageview', [event('a')]);
  await processes.run('load', '--data', data);
  for (const id of ['b', 'c', 'd']) await log.append('pageview', [event(id)]);
  await log.trim({ stream: 'pageview', partition: 0 }, { committed: 'ignored', keepBytes: 600 });
  const { first } = await log.ends({ stream: 'pageview', partition: 0 });
  assert.ok(first > 1);
  const stopped = await processes.run('load', '--data', data);
  assert.match(stopped.stderr, /pageview isn't loaded on: position 1 of pageview\/0 is gone.*--skip-lost/);
  const gone = await processes.run('load', '--skip-lost', '--data', data);
  assert.match(gone.stderr, new RegExp(`pageview: ${4 - first} events loaded`));
  await log.close();
});
