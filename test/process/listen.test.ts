import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Reader } from '../api/listen/events.ts';
import { day, METRIC, pathOf } from '../api/listen/rows.ts';
import { Processes } from '../support/process.ts';

const processes = new Processes();
const folder = processes.folder();
const data = join(folder, 'data');
after(() => processes.end());

let files = 0;
async function load(...rows: object[]): Promise<void> {
  const file = join(folder, `${files++}.ndjson`);
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  const { code, stderr } = await processes.run('import', METRIC, file, '--data', data);
  assert.equal(code, 0, stderr);
}

test('a client comes back after a gateway was killed, and is told what changed meanwhile', async () => {
  await load(day('Cat', 1, 1), day('Cat', 2, 2));
  const first = await processes.serve(data);
  const reader = await Reader.open(first.api + pathOf('Cat'));
  await reader.until(2);
  await load(day('Cat', 3, 3));
  const last = (await reader.until(3))[2];
  assert.deepEqual(last?.data, day('Cat', 3, 3));
  await first.kraken.kill();
  await load(day('Cat', 2, 22), day('Cat', 4, 4));
  const second = await processes.serve(data);
  const again = await Reader.open(second.api + pathOf('Cat'), { 'last-event-id': last?.id ?? '' });
  assert.deepEqual(
    (await again.until(2)).map(({ event, data: row }) => [event, row]),
    [
      ['correction', { ...day('Cat', 2, 22), was: day('Cat', 2, 2) }],
      ['point', day('Cat', 4, 4)],
    ],
  );
  // A stop says goodbye, and waits for nobody.
  const stopping = performance.now();
  second.kraken.child.kill('SIGTERM');
  await again.untilEnd();
  assert.deepEqual(again.events.at(-1)?.data.reason, 'draining');
  assert.equal((await second.kraken.ended).code, 0);
  assert.ok(performance.now() - stopping < 9000);
});
