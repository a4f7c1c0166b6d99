import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventLogReader, LogRecord } from '../../src/log/event-log.ts';
import { manifestToText } from '../../src/raw/manifest.ts';
import { ModelDisk } from '../support/model-disk.ts';
import { loaderOf, RAW, VIEWS } from './crash-run.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 60;
const RETENTION_DAYS = 20;

/** A log in memory, whose positions are the places in an array. */
function logOf(records: LogRecord[]): EventLogReader {
  return {
    streams: async () => ['views'],
    partitions: async () => [{ stream: 'views', partition: 0 }],
    ends: async () => ({ first: 0, next: records.length }),
    read: async (_partition, from) => ({
      records: records.slice(from, from + 4),
      next: Math.min(from + 4, records.length),
    }),
    close: async () => undefined,
  };
}

void test('manifest and files stay bounded over months of hours', { timeout: 300_000 }, async () => {
  const disk = new ModelDisk().start({ random: () => 0 });
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const records: LogRecord[] = [];
  const lease = { assertHeld: () => Promise.resolve(), release: () => Promise.resolve() };
  const stream = { ...VIEWS, retentionMs: RETENTION_DAYS * DAY_MS, repeatsMs: HOUR_MS };
  const loader = loaderOf(disk, logOf(records), { tag: 'test', lease, clock }, stream);
  const { signal } = new AbortController();
  const sizes: number[] = [];
  for (let hour = 0; hour < DAYS * 24; hour++) {
    const position = records.length;
    // Some come a few hours late.
    const ms = clock.ms - (hour % 7 === 0 ? 3 * HOUR_MS : 0);
    const value = Buffer.from(
      JSON.stringify({ meta: { id: `e${position}`, dt: new Date(ms).toISOString() } }),
    );
    records.push({ position, timeMs: clock.ms, value });
    await loader.round(signal);
    for (const table of [...loader.tables.values()].flatMap(({ own }) => own)) {
      table.counted(new Map([...table.manifest.hours].map(([of, { counts }]) => [of, counts])));
    }
    await loader.upkeep(signal, false);
    clock.ms += HOUR_MS;
    const manifest = loader.tables.get('views')?.manifest;
    if (manifest && hour % 24 === 23) sizes.push(manifestToText(manifest).length);
  }
  const manifest = loader.tables.get('views')?.manifest;
  assert.ok(manifest);
  assert.ok(manifest.hours.size <= 96, `${manifest.hours.size} hours`);
  // A line for each day is all that grows.
  const [before = 0, after = 0] = [sizes[DAYS / 2], sizes.at(-1)];
  assert.ok(after - before < (DAYS / 2) * 120, `${before} and ${after} bytes`);
  assert.ok(after < 40_000, `${after} bytes`);
  let files = 0;
  const look = async (folder: string): Promise<void> => {
    for (const name of await disk.list(folder)) {
      if (/^(year|month|day|hour|version)=|^_open$/.test(name)) await look(`${folder}/${name}`);
      else if (name.endsWith('.parquet')) files++;
    }
  };
  await look(`${RAW}/views`);
  assert.ok(files <= (RETENTION_DAYS + 4) * 24, `${files} files`);
});
