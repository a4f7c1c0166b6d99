import assert from 'node:assert/strict';
import type { Disk } from '../../src/disk/disk.ts';
import type { EventLogReader } from '../../src/log/event-log.ts';
import { FILE_LOG_SETTINGS, FileLog } from '../../src/log/files/file-log.ts';
import { manifestFromText, type RawHour, sealedDayFromText } from '../../src/raw/manifest.ts';
import type { FolderReader } from '../../src/raw/folder-reader.ts';
import { Loader } from '../../src/raw/loader.ts';
import type { RawLease } from '../../src/raw/raw-lease.ts';
import { MANIFEST, readText } from '../../src/raw/raw-folder.ts';
import { trimLog } from '../../src/raw/trim-log.ts';
import { streamOf } from '../../src/streams/read-stream.ts';
import type { CrashPlan } from '../support/crash-plan.ts';
import { CrashError, ModelDisk, type ModelProcess, type Run } from '../support/model-disk.ts';
import { randomOf } from '../support/random.ts';
import { PlainRows, rowsIn } from './plain-rows.ts';

export const LOG = '/data/log';
export const RAW = '/data/lake/raw';
const HOUR_MS = 3_600_000;

export const VIEWS = streamOf({
  stream: 'views',
  title: 'Views',
  owner: 'a test',
  fields: { n: 'integer', address: { type: 'text', personal: true } },
  // The log forgets at once what is loaded: what a commit loses is lost for good.
  personal: { keep: '30 minutes' },
  retention: '90 days',
  repeats: '2 hours',
});

/**
 * Runs processes that collect, load, compact, seal and crash, one after the other on one disk, and checks
 * at the end that each acknowledged event is in the table once.
 * @param onSync what becomes of syncs: by itself they are done
 * @returns how many operations each process did
 */
export async function runCrashes(plan: CrashPlan, onSync?: Run['onSync']): Promise<number[]> {
  const random = randomOf(plan.seed);
  const model = new ModelDisk();
  const oracle = new Oracle();
  const operations: number[] = [];
  const clock = { ms: Date.UTC(2026, 10, 29, 11, 20) };
  const run = async (
    crashAt: number | undefined,
    work: (process: Process) => Promise<void>,
  ): Promise<void> => {
    const disk = model.start({
      random,
      ...(onSync && { onSync }),
      ...(crashAt !== undefined && { crashAt }),
    });
    try {
      await look(disk);
      await work(await open(disk, random, clock));
    } catch (error) {
      if (!hasCause(error, (cause) => cause instanceof CrashError)) throw error;
    }
    operations.push(disk.operations);
  };
  for (const { at, loss } of plan.crashes) {
    await run(at, (process) => work(process, oracle));
    if (loss !== 'killed') model.losePower(() => loss === 'lucky' && random() < 0.5);
  }
  await run(undefined, async ({ log, loader, disk }) => {
    const { signal } = new AbortController();
    for (const isLast of [false, true]) {
      await appendTo(log, oracle, oracle.values(2, clock.ms));
      const rounds = await loader.round(signal);
      for (const { stopped } of rounds.values()) if (stopped) throw stopped;
      await loader.upkeep(signal, isLast);
      clock.ms += 3 * HOUR_MS;
    }
    await log.close();
    oracle.verify(await look(disk));
  });
  return operations;
}

interface Process {
  readonly disk: ModelProcess;
  readonly log: FileLog;
  readonly loader: Loader;
  readonly clock: { ms: number };
}

const lock = { assertHeld: () => Promise.resolve(), release: () => Promise.resolve() };

async function open(disk: ModelProcess, random: () => number, clock: { ms: number }): Promise<Process> {
  const log = await openLog(disk, random, clock);
  const tag = Math.floor(random() * 2 ** 32).toString(16);
  return { disk, log, loader: loaderOf(disk, log, { tag, lease: lock, clock }), clock };
}

/** The log on a model disk, to write it. */
export function openLog(disk: Disk, random: () => number, clock: { ms: number }): Promise<FileLog> {
  return FileLog.open({
    folder: LOG,
    disk,
    timing: {
      now: () => clock.ms,
      after: (_ms, call) => {
        let isOff = false;
        void Promise.resolve().then(() => isOff || call());
        return () => (isOff = true);
      },
    },
    randomTag: () => Buffer.from(Array.from({ length: 8 }, () => Math.floor(random() * 256))),
    lock: () => Promise.resolve(lock),
    settings: { ...FILE_LOG_SETTINGS, segmentBytes: 600, maxGroupBytes: 400 },
  });
}

/** A loader on a model disk. */
export function loaderOf(
  disk: Disk,
  log: EventLogReader,
  {
    tag,
    lease,
    clock,
    partitions,
    reader,
  }: {
    tag: string;
    lease: RawLease;
    clock: { ms: number };
    partitions?: readonly number[];
    reader?: FolderReader;
  },
  stream = VIEWS,
): Loader {
  return new Loader({
    folder: RAW,
    disk,
    log,
    rows: new PlainRows(disk, tag),
    streams: () => new Map([[stream.name, stream]]),
    lease,
    ...(partitions && { partitions }),
    ...(reader && { reader }),
    tag,
    now: () => clock.ms,
    limits: { rows: 4, bytes: 10_000, readBytes: 200 },
    skipLost: false,
    pinned: () => Promise.resolve(new Set<string>()),
  });
}

async function appendTo(log: FileLog, oracle: Oracle, values: readonly Uint8Array[]): Promise<void> {
  await log.append(VIEWS.name, values);
  oracle.acknowledge(values);
}

/** What a collector and a loader do in some days. */
async function work({ log, loader, clock }: Process, oracle: Oracle): Promise<void> {
  const signal = new AbortController().signal;
  const append = (...values: readonly Uint8Array[]): Promise<void> => appendTo(log, oracle, values);
  const load = async (): Promise<void> => {
    for (const { stopped } of (await loader.round(signal)).values()) if (stopped) throw stopped;
  };
  const streams = new Map([[VIEWS.name, VIEWS]]);
  await load();
  await loader.upkeep(signal, true);
  const first = oracle.values(3, clock.ms);
  await append(...first);
  await load();
  await append(...oracle.values(1, clock.ms), ...first.slice(1));
  await append(Buffer.from('no event'), ...oracle.values(2, clock.ms + HOUR_MS));
  await load();
  for (let count = 0; count < 8; count++) {
    await append(...oracle.values(1, clock.ms));
    await load();
  }
  await loader.upkeep(signal, false);
  clock.ms += HOUR_MS;
  await trimLog(log, streams, loader.tables);
  await load();
  await loader.upkeep(signal, true);
  // Late ones, and a compaction more.
  await append(...oracle.values(2, clock.ms - HOUR_MS));
  await load();
  await loader.upkeep(signal, true);
  clock.ms += 120_000;
  await loader.upkeep(signal, true);
  clock.ms += 72 * HOUR_MS;
  await load();
  for (const table of [...loader.tables.values()].flatMap(({ own }) => own)) {
    table.counted(new Map([...table.manifest.hours].map(([hour, { counts }]) => [hour, counts])));
  }
  await append(...oracle.values(1, clock.ms));
  await load();
  // The days are sealed; then something comes to one of them.
  await loader.upkeep(signal, true);
  await append(...oracle.values(1, clock.ms - 73 * HOUR_MS));
  await load();
  await loader.upkeep(signal, true);
  await trimLog(log, streams, loader.tables);
  await log.close();
}

/** All rows of the table as a reader finds them. @throws where a file that is named isn't there */
export async function look(disk: Disk): Promise<string[]> {
  const folder = `${RAW}/views`;
  const text = await readText(disk, `${folder}/${MANIFEST}`);
  if (text === undefined) return [];
  const manifest = manifestFromText(MANIFEST, text);
  const hours: RawHour[] = [...manifest.hours.values()];
  for (const { path } of manifest.days.values()) {
    hours.push(...sealedDayFromText(path, (await readText(disk, `${folder}/${path}`)) ?? '').values());
  }
  const ids: string[] = [];
  for (const { files, counts } of hours) {
    let rows = 0;
    for (const file of files) {
      const found = await rowsIn(disk, `${folder}/${file.path}`);
      assert.equal(found.length, file.rows, `${file.path} has the rows that the manifest says`);
      rows += found.length;
      ids.push(...found.map(({ id }) => id));
    }
    assert.equal(rows, counts.accepted, 'as many rows as were counted');
  }
  return ids;
}

/** Knows which events were acknowledged. */
class Oracle {
  #attempts = 0;
  readonly #acknowledged = new Set<string>();

  values(count: number, ms: number): Uint8Array[] {
    return Array.from({ length: count }, () => {
      const meta = { id: `e${++this.#attempts}`, dt: new Date(ms + this.#attempts).toISOString() };
      return Buffer.from(JSON.stringify({ meta }));
    });
  }

  acknowledge(values: readonly Uint8Array[]): void {
    for (const value of values) {
      const id = /"id":"(e\d+)"/.exec(Buffer.from(value).toString())?.[1];
      if (id !== undefined) this.#acknowledged.add(id);
    }
  }

  verify(ids: readonly string[]): void {
    const found = new Set(ids);
    assert.equal(found.size, ids.length, 'nothing is there twice');
    for (const id of this.#acknowledged) assert.ok(found.has(id), `${id} was acknowledged and is lost`);
  }
}

export function hasCause(error: unknown, is: (cause: unknown) => boolean): boolean {
  return is(error) || (error instanceof Error && hasCause(error.cause, is));
}
