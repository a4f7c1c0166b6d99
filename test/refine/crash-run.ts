import assert from 'node:assert/strict';
import type { Disk } from '../../src/disk/disk.ts';
import { emptyHour, emptyManifest, type RawHour } from '../../src/raw/manifest.ts';
import { RawFolder } from '../../src/raw/raw-folder.ts';
import type { RawLease } from '../../src/raw/raw-lease.ts';
import { DayKeys } from '../../src/refine/day-keys.ts';
import type { RawSources } from '../../src/refine/raw-hours.ts';
import { Refiner } from '../../src/refine/refiner.ts';
import { ViewReader } from '../../src/refine/view-reader.ts';
import { ViewTable } from '../../src/refine/view-table.ts';
import type { CrashPlan } from '../support/crash-plan.ts';
import { CrashError, ModelDisk, type ModelProcess, type Run } from '../support/model-disk.ts';
import { randomOf } from '../support/random.ts';
import { PlainViews, textsIn } from './plain-views.ts';

const LAKE = '/lake';
const VIEWS = '/lake/refined/view_events';
const HOUR_MS = 3_600_000;
const DAY = Date.UTC(2026, 10, 29) / (24 * HOUR_MS);
const NINE = DAY * 24 + 9;

/** A moment of the raw tables: the files of each hour, and up to which hour all is loaded. */
interface Moment {
  readonly hours: Readonly<Record<number, readonly string[]>>;
  readonly loaded: number;
  /** Whether the raw rows have lost what is personal. */
  readonly isOld?: boolean;
}

/** Rows come, late ones as well: those of nine o'clock make a program of ann at ten. Then all becomes old. */
const MOMENTS: readonly Moment[] = [
  { hours: { [NINE]: ['ann+bob'] }, loaded: NINE },
  {
    hours: { [NINE]: ['ann+bob'], [NINE + 1]: ['ann+ann', 'cleo'], [NINE + 24]: ['dora'] },
    loaded: NINE + 2,
  },
  {
    hours: { [NINE]: ['ann+bob', 'ann'], [NINE + 1]: ['ann+ann', 'cleo'], [NINE + 24]: ['dora'] },
    loaded: NINE + 24,
  },
  {
    hours: { [NINE]: ['ann+bob', 'ann'], [NINE + 1]: ['ann+ann', 'cleo'], [NINE + 24]: ['dora'] },
    loaded: NINE + 48,
    isOld: true,
  },
];

function sourcesAt({ hours, loaded, isOld = false }: Moment): RawSources {
  const all = new Map(
    Object.entries(hours).map(([hour, files]): [number, RawHour] => {
      const rows = (path: string): number => path.split('+').length;
      const accepted = files.reduce((sum, path) => sum + rows(path), 0);
      const known = emptyHour(1);
      return [
        Number(hour),
        {
          ...known,
          counts: { ...known.counts, accepted },
          files: files.map((path) => ({
            path,
            rows: rows(path),
            ...(isOld && { depersonalised: true as const }),
          })),
        },
      ];
    }),
  );
  const manifest = { ...emptyManifest('pageview'), watermarkMs: (loaded + 1) * HOUR_MS };
  return new Map([['pageview', { manifest, hours: all }]]);
}

const held: RawLease = { assertHeld: () => Promise.resolve(), release: () => Promise.resolve() };

/** Opens a refiner on a model disk. @param sources the raw tables, now */
export async function refinerOn(
  disk: Disk,
  {
    tag,
    lease = held,
    random,
    sources,
    now,
  }: {
    tag: string;
    lease?: RawLease;
    random: () => number;
    sources: () => RawSources;
    now: () => number;
  },
): Promise<Refiner> {
  const folder = new RawFolder(VIEWS, disk, lease, tag);
  const table = await ViewTable.open(folder, disk);
  const keyOf = (bytes: number) =>
    Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256)));
  return new Refiner({
    table,
    keys: new DayKeys(folder, disk, LAKE, keyOf),
    maker: new PlainViews(disk),
    disk,
    rules: 'plain',
    sources: () => Promise.resolve(sources()),
    rawFolder: () => '/raw',
    whilePinned: (_files, work) => work(),
    pinned: () => Promise.resolve(new Set<string>()),
    assertHeld: () => lease.assertHeld(),
    now,
  });
}

const options = { again: false, ignoresLoss: false, signal: new AbortController().signal };

/**
 * Runs processes that refine and crash, one after the other on one disk, and checks at the end that readers find the
 * same as if none had crashed.
 * @param onSync what becomes of syncs: by itself they are done
 * @returns how many operations each process did
 */
export async function runCrashes(plan: CrashPlan, onSync?: Run['onSync']): Promise<number[]> {
  const random = randomOf(plan.seed);
  const model = new ModelDisk();
  const operations: number[] = [];
  const raw = { nth: 0 };
  const run = async (crashAt: number | undefined): Promise<void> => {
    const disk = model.start({
      random,
      ...(onSync && { onSync }),
      ...(crashAt !== undefined && { crashAt }),
    });
    try {
      await look(disk);
      await work(disk, random, raw);
    } catch (error) {
      if (!hasCause(error, (cause) => cause instanceof CrashError)) throw error;
    }
    operations.push(disk.operations);
  };
  for (const { at, loss } of plan.crashes) {
    await run(at);
    if (loss !== 'killed') model.losePower(() => loss === 'lucky' && random() < 0.5);
  }
  await run(undefined);
  const disk = model.start({ random });
  assert.deepEqual((await look(disk)).views, EXPECTED);
  assert.deepEqual(await namesIn(disk, `${LAKE}/_keys`), [], 'no key outlives what it names');
  return operations;
}

/** A process refines each moment of the raw tables, which go on only once all of the last one is refined. */
async function work(disk: ModelProcess, random: () => number, raw: { nth: number }): Promise<void> {
  const tag = Math.floor(random() * 2 ** 32).toString(16);
  const open = () =>
    refinerOn(disk, {
      tag: `${tag}-${raw.nth}`,
      random,
      sources: () => sourcesAt(MOMENTS[raw.nth] as Moment),
      now: () => (NINE + 2 + raw.nth * 24) * HOUR_MS,
    });
  for (; raw.nth < MOMENTS.length - 1; raw.nth++) await (await open()).run(options);
  const { closing } = await (await open()).run(options);
  assert.equal(closing.closedMs, ((MOMENTS.at(-1)?.loaded ?? 0) + 1) * HOUR_MS);
}

/** What readers find. @throws where a file that is named isn't there, or has other rows than are said */
async function look(disk: Disk): Promise<{ views: Record<string, string[]> }> {
  const reader = new ViewReader(disk, VIEWS);
  const views: Record<string, string[]> = {};
  const manifest = await reader.manifest();
  for (const [day, what] of manifest.days) {
    const names = new Set<string>();
    for (const [hour, { path, rows }] of await reader.hours(what)) {
      const found = path === undefined ? [] : await textsIn(disk, `${VIEWS}/${path}`);
      assert.equal(found.length, rows);
      for (const text of found) names.add(text.split(' ')[0] ?? '');
      views[hour - NINE] = found.map((text) => text.replace(/^\S+ /, ''));
    }
    assert.ok(names.size <= 1, `the actors of day ${day - DAY} have names of one key`);
  }
  return { views };
}

const EXPECTED = {
  0: ['ann', 'ann', 'bob'],
  1: ['ann automated', 'ann automated', 'cleo'],
  24: ['dora'],
};

async function namesIn(disk: Disk, folder: string): Promise<string[]> {
  return disk.list(folder).catch(() => []);
}

function hasCause(error: unknown, is: (cause: unknown) => boolean): boolean {
  return is(error) || (error instanceof Error && hasCause(error.cause, is));
}
