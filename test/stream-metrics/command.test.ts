import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openFileLog } from '../../src/log/files/open.ts';
import { Processes } from '../support/process.ts';
import { ORDERS } from './stream-road.ts';

const processes = new Processes();
after(() => processes.end());

void test('kraken aggregate makes the data sets of streams, one or all', async () => {
  const data = processes.folder();
  const [streams, datasets] = [join(data, 'streams'), join(data, 'datasets')];
  await Promise.all([mkdir(streams), mkdir(datasets)]);
  await writeFile(join(streams, 'order.yaml'), ORDERS);
  const dataset = (name: string): string =>
    `dataset: ${name}\ntitle: Orders\nlicence: CC0-1.0\nstream: order\ngrain: hourly\ndimensions: [item]\nmeasures: { orders: }\n`;
  await writeFile(join(datasets, 'a.yaml'), `${dataset('orders')}---\n${dataset('others')}`);
  const flags = ['--data', data, '--streams', streams, '--datasets', datasets];
  const log = await openFileLog(join(data, 'events'), 'a test');
  const twoHoursAgo = new Date(Date.now() - 2 * 3_600_000).toISOString();
  const order = (id: string): Buffer =>
    Buffer.from(JSON.stringify({ meta: { stream: 'order', id, dt: twoHoursAgo }, item: 'tea' }));
  await log.append('order', [order('a'), order('b')]);
  await log.close();
  const run = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await processes.run(...words, ...flags);
    assert.equal(code, 0, stderr);
    return stdout + stderr;
  };
  assert.match(await run('datasets'), /data set Orders: \/metrics\/datasets\/orders\//);
  await run('load');
  assert.match(await run('aggregate', 'orders'), /^orders: made in /m);
  const hour = twoHoursAgo.slice(0, 13);
  const query = ['query', 'orders', '--by', 'item', '--grain', 'hourly', '--range', hour, '--format', 'csv'];
  assert.match(await run(...query), /tea,.*,2\r?\n/);
  const all = await run('aggregate');
  assert.match(all, /^orders: its events have not changed\.$/m);
  assert.match(all, /^others: made in /m);
  const wrong = await processes.run('aggregate', 'oders', ...flags);
  assert.match(wrong.stderr, /there is no metric oders: did you mean orders\?/);
});
