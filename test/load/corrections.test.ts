import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableOf } from '../../src/core/metric/metric-table.ts';
import type { Correction, PastChange } from '../../src/core/time/history.ts';
import { aggregate } from '../../src/load/aggregate.ts';
import { editsAggregate } from '../../src/metrics/edits-aggregate.ts';
import { at, type Engines, newEngines, SIGNAL } from './engines.ts';
import { importEventText, WRITER } from './event-files.ts';

/* Which of the numbers that are made from events count as corrections, and why. */

const HEADER =
  'project,event_id,entity,timestamp,user_text,editor_type,page_title,page_type,deleted,redirect,self_created,bytes_diff\n';
const edit = (id: string, time: string): string =>
  `de.wikipedia,${id},revision,${time},Ada,user,Berlin,content,false,false,false,1\n`;

async function changes({ warehouse }: Engines): Promise<readonly PastChange[]> {
  return (await warehouse.states(SIGNAL)).tables.get(tableOf(editsAggregate).name)?.history?.changes ?? [];
}
const daily = (change: PastChange | undefined): Correction | undefined =>
  change?.corrections.find(({ grain }) => grain === 'daily');
const make = (engines: Engines, options: { again?: boolean } = {}) =>
  aggregate({ ...WRITER, ...engines, ...options, metrics: [editsAggregate] });

void test('the first numbers of a month are no correction, those of events that came late are one', async (t) => {
  const engines = await newEngines(t);
  const january = HEADER + edit('r1', '2024-01-01T09:00:00Z') + edit('r2', '2024-01-31T23:00:00Z');
  await importEventText(t, engines, january, { complete: true });
  await make(engines);
  assert.deepEqual(
    (await changes(engines)).flatMap(({ corrections }) => corrections),
    [],
  );

  await importEventText(t, engines, HEADER + edit('r3', '2024-02-01T09:00:00Z'));
  await make(engines);
  assert.deepEqual(
    (await changes(engines)).flatMap(({ corrections }) => corrections),
    [],
  );

  await importEventText(t, engines, HEADER + edit('r4', '2024-01-01T10:00:00Z'));
  await make(engines);
  const late = (await changes(engines)).at(-1);
  assert.equal(late?.why.cause, 'late-data');
  const day = at('daily', '2024-01-01');
  const { first, last, changed, scopes, measures } = daily(late) as Correction;
  assert.deepEqual({ first, last }, { first: day, last: day });
  assert.ok(scopes.includes('de.wikipedia') && scopes.includes('all-projects'));
  assert.ok(changed > 0);
  assert.equal(measures.edits?.largest, 1);
});

void test('numbers that come out the same are no correction, though they were made again', async (t) => {
  const engines = await newEngines(t);
  await importEventText(t, engines, HEADER + edit('r1', '2024-01-01T09:00:00Z'), { complete: true });
  await make(engines);
  const before = await changes(engines);
  await make(engines, { again: true });
  assert.deepEqual(await changes(engines), before);
});
