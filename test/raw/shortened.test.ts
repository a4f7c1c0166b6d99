import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventLogReader, LogRecord } from '../../src/log/event-log.ts';
import type { Stream } from '../../src/streams/stream.ts';
import { ModelDisk } from '../support/model-disk.ts';
import { loaderOf, VIEWS } from './crash-run.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const { signal } = new AbortController();
const lease = { assertHeld: () => Promise.resolve(), release: () => Promise.resolve() };

void test('an owner who shortens a retention is obeyed for days that were sealed before', async () => {
  const disk = new ModelDisk().start({ random: () => 0 });
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const records: LogRecord[] = [];
  const log: EventLogReader = {
    streams: async () => ['views'],
    partitions: async () => [{ stream: 'views', partition: 0 }],
    ends: async () => ({ first: 0, next: records.length }),
    read: async (_partition, from) => ({ records: records.slice(from), next: records.length }),
    close: async () => undefined,
  };
  const loaderFor = (stream: Stream) => loaderOf(disk, log, { tag: stream.name, lease, clock }, stream);
  const stream = { ...VIEWS, retentionMs: 90 * DAY_MS };
  const loader = loaderFor(stream);
  for (let hour = 0; hour < 10 * 24; hour++, clock.ms += HOUR_MS) {
    const meta = { id: `e${hour}`, dt: new Date(clock.ms).toISOString() };
    records.push({
      position: hour,
      timeMs: clock.ms,
      value: Buffer.from(JSON.stringify({ meta })),
    });
    await loader.round(signal);
    for (const table of loader.tables.get('views')?.own ?? [])
      table.counted(new Map([...table.manifest.hours].map(([of, { counts }]) => [of, counts])));
    await loader.upkeep(signal, false);
  }
  assert.ok((loader.tables.get('views')?.manifest.days.size ?? 0) >= 6);

  const shortened = loaderFor({ ...stream, retentionMs: 3 * DAY_MS });
  await shortened.round(signal);
  await shortened.upkeep(signal, false);
  const table = shortened.tables.get('views')?.own[0];
  assert.ok(table);
  const withRows: number[] = [];
  for (const [hour, { files }] of table.manifest.hours) if (files.length > 0) withRows.push(hour);
  for (const day of table.manifest.days.keys())
    for (const [hour, { files }] of (await table.sealedDay(day)) ?? [])
      if (files.length > 0) withRows.push(hour);
  assert.equal(Math.min(...withRows), clock.ms / HOUR_MS - 3 * 24 - 1);
});
