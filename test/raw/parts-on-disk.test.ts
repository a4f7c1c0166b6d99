import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Disk } from '../../src/disk/disk.ts';
import type { Loader } from '../../src/raw/loader.ts';
import { emptyStaged } from '../../src/raw/raw-folder.ts';
import { LoaderLeaseError } from '../../src/raw/raw-lease.ts';
import { RawReader } from '../../src/raw/raw-reader.ts';
import { CrashError, ModelDisk } from '../support/model-disk.ts';
import { randomOf } from '../support/random.ts';
import { hasCause, loaderOf, RAW, VIEWS } from './crash-run.ts';
import { interrupted } from './interrupted.ts';
import { PartedLog } from './parted-log.ts';
import { rowsIn } from './plain-rows.ts';

const HOUR_MS = 3_600_000;
/** Every so manyth operation is tried: KRAKEN_TEST_STEP=1 tries all. */
const STEP = Number(process.env['KRAKEN_TEST_STEP'] ?? 3);
const TABLE = `${RAW}/views`;
const { signal } = new AbortController();
const held = { assertHeld: () => Promise.resolve(), release: () => Promise.resolve() };

/** A log of two partitions, and a count of what was sent to it. */
class World {
  readonly clock = { ms: Date.UTC(2026, 10, 29, 11, 20) };
  readonly log = new PartedLog(VIEWS.name, 2, () => this.clock.ms);
  readonly model = new ModelDisk();
  sent = 0;

  /** To both partitions, those of each with an id that it has had before. */
  append(count: number): void {
    for (let index = 0; index < count; index++) {
      for (const partition of [0, 1]) {
        const again = Math.max(0, this.sent - 4);
        const ids = [this.sent++, ...(again % 2 === partition ? [again] : [])];
        this.log.append(
          partition,
          ...ids.map((id) =>
            JSON.stringify({ meta: { id: `e${id}`, dt: new Date(this.clock.ms).toISOString() } }),
          ),
        );
      }
    }
  }

  disk(crashAt?: number) {
    return this.model.start({ random: randomOf(1), ...(crashAt !== undefined && { crashAt }) });
  }

  loader(disk: Disk, tag: string, partitions?: readonly number[], lease = held): Loader {
    return loaderOf(disk, this.log, { tag, lease, clock: this.clock, ...(partitions && { partitions }) });
  }

  /** Every event is in the table once, and counted once. */
  async verify(): Promise<void> {
    const disk = this.disk();
    const reader = new RawReader(disk, TABLE);
    const manifest = await reader.manifest();
    assert.ok(manifest);
    const ids: string[] = [];
    let accepted = 0;
    for (const { files, counts } of (await reader.hours(manifest)).values()) {
      for (const { path } of files) ids.push(...(await rowsIn(disk, `${TABLE}/${path}`)).map(({ id }) => id));
      accepted += counts.accepted;
    }
    assert.deepEqual(
      ids.toSorted(),
      Array.from({ length: this.sent }, (_, number) => `e${number}`).toSorted(),
      'each event once',
    );
    assert.equal(accepted, this.sent);
  }
}

/** What a loader of some partitions does in an hour and more. */
async function work(world: World, loader: Loader): Promise<void> {
  await loader.round(signal);
  world.append(2);
  await loader.round(signal);
  world.clock.ms += HOUR_MS + 20_000;
  await loader.round(signal);
  await loader.upkeep(signal, true);
  world.append(1);
  world.clock.ms += 2 * 60_000;
  await loader.round(signal);
  await loader.upkeep(signal, true);
}

/** @returns how many operations the loader of a partition did that was killed */
async function killed(partition: number, crashAt: number): Promise<number> {
  const world = new World();
  world.append(3);
  await world.loader(world.disk(), 'whole').round(signal);
  const disk = world.disk(crashAt);
  const other = world.loader(world.disk(), 'other', [1 - partition]);
  await work(world, other);
  await work(world, world.loader(disk, 'killed', [partition])).catch((error: unknown) => {
    if (!hasCause(error, (cause) => cause instanceof CrashError)) throw error;
  });
  const heir = world.loader(world.disk(), 'heir', [partition]);
  for (const one of [heir, other]) await work(world, one);
  await heir.round(signal);
  await world.verify();
  return disk.operations;
}

/** @returns how many operations the loader of all did that stood still */
async function stoodStill(at: number): Promise<number> {
  const world = new World();
  world.append(3);
  let isHeld = true;
  const lost = () => Promise.reject(new LoaderLeaseError('the lease was lost'));
  const lease = { ...held, assertHeld: () => (isHeld ? Promise.resolve() : lost()) };
  const heirs = [0, 1].map((partition) => world.loader(world.disk(), `heir${partition}`, [partition]));
  const { disk, count } = interrupted(world.disk(), at, async () => {
    isHeld = false;
    await emptyStaged(world.disk(), TABLE);
    world.append(1);
    for (const heir of heirs) await work(world, heir);
  });
  const whole = world.loader(disk, 'whole', undefined, lease);
  await work(world, whole).catch((error: unknown) => {
    assert.ok(!isHeld, 'it has failed by itself');
    assert.ok(error instanceof LoaderLeaseError, String(error));
  });
  const operations = count();
  if (isHeld) await emptyStaged(world.disk(), TABLE);
  for (const heir of heirs) await work(world, heir);
  for (const heir of heirs) await heir.round(signal);
  await world.verify();
  return operations;
}

async function everywhere(run: (at: number) => Promise<number>): Promise<void> {
  const last = await run(Infinity);
  assert.ok(last > 40, `${last} operations`);
  for (let at = 1; at <= last; at += STEP) {
    await run(at).catch((cause: unknown) => {
      throw new Error(`at operation ${at}`, { cause });
    });
  }
}

void describe('a table with a part for each partition', () => {
  for (const partition of [0, 1])
    void it(`has each event once, wherever the loader of partition ${partition} was killed`, () =>
      everywhere((at) => killed(partition, at)));

  void it('has bounded manifests, and nothing is left of what is too old', async () => {
    const world = new World();
    const shared = [0, 1].map((partition) => world.loader(world.disk(), `own${partition}`, [partition]));
    const tick = async (): Promise<void> => {
      for (const loader of [...shared, ...shared.slice(0, 1)]) {
        await loader.round(signal);
        await loader.upkeep(signal, false);
        for (const own of [...loader.tables.values()].flatMap((table) => table.own))
          own.counted(new Map([...own.manifest.hours].map(([hour, { counts }]) => [hour, counts])));
      }
    };
    for (let hour = 0; hour < 100; hour++) {
      world.append(1);
      await tick();
      world.clock.ms += HOUR_MS;
    }
    const disk = world.disk();
    const reader = new RawReader(disk, TABLE);
    const before = await reader.manifest();
    assert.ok(before && before.hours.size <= 75, `${before?.hours.size} hours`);
    const hours = await reader.hours(before);
    assert.equal(hours.size, 100);
    assert.ok([...hours.values()].every(({ files }) => files.length <= 2 * 8));
    // The whole keeps an hour for as long as its stream says, from when it was imported.
    for (let count = 0; count < 6; count++) {
      world.clock.ms += count % 3 === 0 ? 91 * 24 * HOUR_MS : 100_000;
      await tick();
    }
    const after = await reader.manifest();
    assert.ok(after);
    assert.ok([...(await reader.hours(after)).values()].every(({ files }) => files.length === 0));
    for (const folder of [TABLE, `${TABLE}/part=0`, `${TABLE}/part=1`])
      assert.deepEqual(
        (await disk.list(folder)).filter((name) => name.startsWith('year=')),
        [],
      );
  });

  void it('has each event once, wherever a loader of all stood still while others took over', () =>
    everywhere(stoodStill));
});
