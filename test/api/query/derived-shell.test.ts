import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { editsAggregate } from '../../../src/metrics/edits-aggregate.ts';
import { closeItemsOf } from '../../support/derived-questions.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { Processes } from '../../support/process.ts';
import { ask } from './support.ts';

/* Derived measures in the shell and in URLs. */

let gateway: Gateway;
const processes = new Processes();
before(async () => {
  gateway = await startGateway();
  await gateway.load('edits-aggregate', closeItemsOf(editsAggregate), { complete: true });
});
after(async () => {
  await processes.end();
  await gateway.close();
});

const QUESTION = {
  metric: 'edits-aggregate',
  by: ['project', 'page-type'],
  grain: 'monthly',
  range: '2024-02..2024-06',
  compare: 'previous',
  where: { 'editor-type': ['anonymous', 'group-bot'] },
  measures: ['edits', 'edits_growth', 'edits_share_within_timestamp'],
  having: ['edits>0', 'edits_rank<=20'],
  order: '-edits_growth',
  top: 2,
  within: ['timestamp'],
  others: true,
};

void test('kraken query and a URL ask what JSON asks', async () => {
  const answer = await ask(gateway, QUESTION);
  assert.ok(answer.rows.length > 5);
  const { metric, by, grain, range, compare, measures, having, order, top, within } = QUESTION;
  const parameters = {
    by: by.join(),
    grain,
    range,
    compare,
    measures: measures.join(),
    having: having.join(),
    order,
    top: String(top),
    within: within.join(),
  };
  const flags = Object.entries(parameters).flatMap(([name, value]) => [`--${name}`, value]);
  const where = 'editor-type=anonymous|group-bot';
  const asked = ['query', metric, ...flags, '--where', where, '--others', '--data', gateway.folder];
  const shell = await processes.run(...asked, '--format', 'json');
  assert.deepEqual([shell.code, shell.stderr], [0, '']);
  assert.deepEqual(JSON.parse(shell.stdout), answer);
  const table = await processes.run(...asked);
  assert.match(table.stdout, /edits_growth +edits_share_within_timestamp/);
  assert.match(table.stdout, / %/);
  // A URL may be typed as it is: only what it can't hold is encoded.
  const url = `/query?metric=${metric}&${Object.entries(parameters)
    .map((one) => one.join('='))
    .join('&')}&others=true&where.${where.replace('|', '%7C')}`;
  const response = await gateway.get(url);
  assert.deepEqual(response.body, answer);
});

void test('kraken query says what is possible', async () => {
  const wrong = ['query', 'edits-aggregate', '--range', '2024', '--measures', 'edits_growht'];
  const { code, stderr } = await processes.run(...wrong, '--data', gateway.folder);
  assert.equal(code, 2);
  assert.match(stderr, /did you mean edits_growth\?\n/);
  const far = ['query', 'edits-aggregate', '--range', '2024', '--measures', 'xyz', '--data', gateway.folder];
  assert.match((await processes.run(...far)).stderr, /Allowed: edits, edits_difference, edits_growth,/);
});
