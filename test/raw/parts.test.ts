import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { events } from '../../src/metrics/events.ts';
import { writeCounts } from '../../src/raw/counts.ts';
import { hourFolder, hourOf } from '../../src/raw/hours.ts';
import { openLoader, openRawReader, type OpenLoader } from '../../src/raw/open-loader.ts';
import { parsePartitions } from '../../src/raw/partitions.ts';
import { LoaderLeaseError } from '../../src/raw/raw-lease.ts';
import { rawLines } from '../../src/raw/duckdb/raw-lines.ts';
import { streamStatuses } from '../../src/raw/stream-status.ts';
import { streamOf } from '../../src/streams/read-stream.ts';
import { openDuckdbWarehouse } from '../../src/warehouses/duckdb/duckdb-warehouse.ts';
import { Manifests } from '../../src/warehouses/lake/manifests.ts';
import { PartedLog } from './parted-log.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 10, 29, 12);
const VISITS = streamOf({
  stream: 'visits',
  title: 'Visits',
  owner: 'a test',
  fields: { host: 'text', number: 'integer' },
  sequence: { host: 'host', number: 'number' },
  repeats: '2 hours',
  retention: '30 days',
});

void describe('loaders that share the partitions of a log', () => {
  const signal = new AbortController().signal;
  let folder = '';
  let nowMs = NOON;
  let log: PartedLog;
  let open: OpenLoader[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kraken-parts-'));
    nowMs = NOON;
    log = new PartedLog('visits', 4, () => nowMs);
    open = [];
  });
  afterEach(async () => {
    for (const one of open) await one.close();
    await rm(folder, { recursive: true });
  });

  async function start(partitions?: readonly number[], waitMs = 5_000): Promise<OpenLoader> {
    const one = await openLoader({
      lake: folder,
      log,
      streams: () => new Map([[VISITS.name, VISITS]]),
      holder: `the loader of ${partitions?.join(' and ') ?? 'all'}`,
      signal: AbortSignal.timeout(waitMs),
      clock: { now: () => nowMs },
      ...(partitions && { partitions }),
    });
    open.push(one);
    return one;
  }
  async function end(one: OpenLoader): Promise<void> {
    await one.close();
    open = open.filter((other) => other !== one);
  }
  async function run(one: OpenLoader): Promise<void> {
    for (const { stopped } of (await one.loader.round(signal)).values()) assert.equal(stopped, undefined);
    await one.loader.upkeep(signal, true);
  }
  const event = (id: string, ms = nowMs, fields: object = {}): string =>
    JSON.stringify({ meta: { stream: 'visits', id, dt: new Date(ms).toISOString() }, ...fields });
  async function ids(): Promise<string[]> {
    const found: string[] = [];
    for await (const line of rawLines({ lake: folder, stream: 'visits' }, signal))
      found.push((JSON.parse(line) as { meta: { id: string } }).meta.id);
    return found.sort();
  }
  async function status() {
    const [found] = await streamStatuses(['visits'], log, (stream) => openRawReader(folder, stream), nowMs);
    return found?.status;
  }

  void it('each has a part of the table, and readers find all of them', async () => {
    const [first, second] = [await start([0, 1]), await start([2, 3])];
    for (let partition = 0; partition < 4; partition++) log.append(partition, event(`a${partition}`));
    log.append(3, event('a3'), 'no event');
    await run(first);
    assert.deepEqual(await ids(), ['a0', 'a1']);
    await run(second);
    assert.deepEqual(await ids(), ['a0', 'a1', 'a2', 'a3']);
    assert.deepEqual(await status(), {
      stream: 'visits',
      accepted: 6,
      loaded: 4,
      rejected: 1,
      duplicates: 1,
      lagSeconds: 0,
      newestHour: '2026-11-29T12:00:00Z',
    });
  });

  void it('who has a partition is named to whoever wants it too', async () => {
    const first = await start([0, 1]);
    const refused = (message: string) => (error: unknown) =>
      error instanceof LoaderLeaseError && error.message === message;
    const [mine, all] = ['the loader of 0 and 1', 'the loader of all'];
    await assert.rejects(start([1, 2], 50), refused(`another loader is at work on partition 1: ${mine}`));
    await assert.rejects(start(undefined, 50), refused(`another loader is at work on partition 0: ${mine}`));
    // What was taken before the refusal was given back.
    await end(await start([2]));
    await end(first);
    const whole = await start();
    await assert.rejects(start([3], 50), refused(`another loader is at work: ${all}`));
    await end(whole);
  });

  void it('partitions go from one loader to another, and a repeat of what was loaded before is one event', async () => {
    for (let partition = 0; partition < 4; partition++) log.append(partition, event(`a${partition}`));
    const whole = await start();
    await run(whole);
    await end(whole);
    const shared = [await start([0, 1]), await start([2, 3])];
    for (let partition = 0; partition < 4; partition++)
      log.append(partition, event(`b${partition}`), event(`a${partition}`));
    for (const one of shared) await run(one);
    for (const one of shared) await end(one);
    const others = [await start([0, 1, 2]), await start([3])];
    for (let partition = 0; partition < 4; partition++) log.append(partition, event(`c${partition}`));
    for (const one of others) await run(one);
    for (const one of others) await end(one);
    // It has parts now, whoever loads it.
    log.append(3, event('d3'), event('b3'));
    await run(await start());
    const all = ['a0', 'a1', 'a2', 'a3', 'b0', 'b1', 'b2', 'b3', 'c0', 'c1', 'c2', 'c3', 'd3'];
    assert.deepEqual(await ids(), all);
    const { duplicates, accepted } = (await status()) ?? {};
    assert.deepEqual({ duplicates, accepted }, { duplicates: 5, accepted: 18 });
  });

  void it('an hour is imported when the slowest has passed it, and what a part lacks is not lost', async () => {
    const [first, second] = [await start([0, 1]), await start([2, 3])];
    const numbered = (from: number, to: number): void => {
      for (let number = from; number <= to; number++)
        log.append(number % 4, event(`e${number}`, nowMs, { host: 'h', number }));
    };
    numbered(1, 100);
    for (const one of [first, second]) await run(one);
    nowMs += HOUR_MS;
    numbered(101, 120);
    nowMs += HOUR_MS + 20_000;
    await run(first);
    const reader = openRawReader(folder, 'visits');
    const flag = join(reader.folder, hourFolder(hourOf(NOON)), '_IMPORTED');
    assert.equal((await reader.manifest())?.watermarkMs, NOON - 10_000);
    assert.equal(existsSync(flag), false);
    await run(second);
    await run(first);
    const manifest = await reader.manifest();
    assert.equal(manifest?.watermarkMs, nowMs - 10_000);
    assert.equal(existsSync(flag), true);
    const noon = manifest.hours.get(hourOf(NOON));
    assert.equal(noon?.imported, true);
    assert.deepEqual(noon.loss, { state: 'none', expected: 100, missing: 0, hosts: [] });
    assert.deepEqual(
      noon.files.map(({ path, compacted }) => [path.slice(0, 7), compacted]),
      [0, 1, 2, 3].map((partition) => [`part=${partition}/`, true]),
    );
    // Late ones are looked at again.
    log.append(2, event('late', NOON, { host: 'h', number: 190 }));
    await run(second);
    await run(first);
    const found = (await reader.manifest())?.hours.get(hourOf(NOON));
    assert.equal(found?.counts.late, 1);
    assert.deepEqual([found?.loss?.expected, found?.loss?.missing, found?.loss?.state], [190, 69, 'stop']);
  });

  void it('counts of an hour are those of all loaders, in whatever order they write them', async () => {
    const warehouse = await openDuckdbWarehouse(folder);
    const write = async ({ loader }: OpenLoader): Promise<void> => {
      const lease = await warehouse.lease('a test', signal);
      await writeCounts(events, warehouse, loader.tables, signal);
      await lease.release();
    };
    const counts = async () => {
      const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
      const connection = await instance.connect();
      const { state } = (await new Manifests(folder).all()).tables.get('events') ?? {};
      const live = [...(state?.partitions ?? [])].find(([name]) => name.startsWith('hourly'))?.[1];
      const found = await connection.runAndReadAll(
        `SELECT outcome, CAST(events AS INTEGER) FROM read_parquet('${folder}/events/grain=hourly/year=2026/month=11/version=${live?.version}/*.parquet') ORDER BY ALL`,
      );
      connection.closeSync();
      instance.closeSync();
      return Object.fromEntries(found.getRowsJS() as [string, number][]);
    };
    const [first, second] = [await start([0, 1]), await start([2, 3])];
    try {
      for (let partition = 0; partition < 4; partition++)
        log.append(partition, event(`a${partition}`), event(`a${partition}`));
      await run(first);
      await run(second);
      await write(second);
      assert.deepEqual(await counts(), { accepted: 4, duplicate: 4, late: 0, rejected: 0 });
      await write(first);
      log.append(3, event('b3'), 'no event');
      await run(second);
      await write(first);
      await write(second);
      assert.deepEqual(await counts(), { accepted: 5, duplicate: 4, late: 0, rejected: 1 });
    } finally {
      await warehouse.close();
    }
  });
});

void it('partitions are named by numbers and ranges', () => {
  assert.deepEqual(parsePartitions('0-5'), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(parsePartitions('4-5, 0,2,4'), [0, 2, 4, 5]);
  for (const text of ['', 'a', '5-0', '1-', '-1', '0-1000000', '1;2', '0.5'])
    assert.equal(parsePartitions(text), undefined, text);
});
