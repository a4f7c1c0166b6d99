import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { ask, type Row } from './support.ts';

/* Derived measures as of an earlier time are those that were answered then, of both metrics of a ratio. */

let gateway: Gateway;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway.close());

const edits = (month: string, count: number): object => ({
  project: 'en.wikipedia',
  'editor-type': 'user',
  'page-type': 'content',
  granularity: 'monthly',
  timestamp: `${month}-01T00:00:00.000Z`,
  edits: count,
});
const editors = (month: string, count: number): object => ({
  project: 'en.wikipedia',
  'editor-type': 'user',
  'page-type': 'content',
  'activity-level': 'all-activity-levels',
  granularity: 'monthly',
  timestamp: `${month}-01T00:00:00.000Z`,
  editors: count,
});

const views = (month: string, count: number): object => ({
  project: 'en.wikipedia',
  access: 'all-access',
  agent: 'all-agents',
  granularity: 'monthly',
  timestamp: `${month.replace('-', '')}0100`,
  views: count,
});
const devices = (month: string, count: number): object => ({
  project: 'en.wikipedia',
  'access-site': 'all-sites',
  granularity: 'monthly',
  timestamp: `${month.replace('-', '')}01`,
  devices: count,
  offset: 0,
  underestimate: count,
});

const where = { project: 'en.wikipedia', 'editor-type': 'user', 'page-type': 'content' };
/** Read by key where there is a series store, and by one statement where a dimension is open. */
const QUESTIONS = [
  {
    metric: 'edits-aggregate',
    where,
    grain: 'monthly',
    range: '2024-01..2024-02',
    measures: ['edits', 'edits_per_editors-aggregate', 'edits_cumulative'],
  },
  {
    metric: 'edits-aggregate',
    where: { 'editor-type': 'user', 'page-type': 'content' },
    by: ['project'],
    range: '2024-02',
    compare: 'previous',
    measures: ['edits_growth', 'edits_share'],
  },
  {
    metric: 'pageviews-aggregate',
    where: { project: 'en.wikipedia' },
    grain: 'monthly',
    range: '2024-01..2024-02',
    measures: ['views_per_unique-devices'],
  },
];

test('growth, sums and ratios are those of then', async () => {
  const answers = async (asOf?: string): Promise<(readonly Row[])[]> =>
    Promise.all(QUESTIONS.map(async (question) => (await ask(gateway, { ...question, asOf })).rows));
  await gateway.load('edits-aggregate', [edits('2024-01', 100), edits('2024-02', 150)]);
  await gateway.load('editors-aggregate', [editors('2024-01', 10), editors('2024-02', 10)]);
  await gateway.load('pageviews-aggregate', [views('2024-01', 1000), views('2024-02', 2000)]);
  await gateway.load('unique-devices', [devices('2024-01', 100), devices('2024-02', 100)]);
  const first = await answers();
  assert.equal(first[2]?.[1]?.['views_per_unique-devices'], 20);
  assert.equal(first[0]?.[1]?.['edits_per_editors-aggregate'], 15);
  const then = new Date().toISOString();
  await sleep(20);
  // First only what it is divided by changes, then both.
  await gateway.load('editors-aggregate', [editors('2024-02', 30)]);
  await gateway.load('unique-devices', [devices('2024-02', 400)]);
  const second = await answers();
  assert.equal(second[2]?.[1]?.['views_per_unique-devices'], 5);
  assert.equal(second[0]?.[1]?.['edits_per_editors-aggregate'], 5);
  const between = new Date().toISOString();
  await sleep(20);
  await gateway.load('edits-aggregate', [edits('2024-01', 50), edits('2024-02', 300)]);
  const last = await answers();
  assert.equal(last[0]?.[1]?.['edits_per_editors-aggregate'], 10);
  assert.equal(last[1]?.[0]?.['edits_growth'], 5);
  assert.deepEqual(await answers(then), first);
  assert.deepEqual(await answers(between), second);
  assert.deepEqual(await answers(), last);
});
