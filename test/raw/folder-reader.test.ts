import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineError } from '../../src/core/engine-error.ts';
import type { Ordinal } from '../../src/core/time/time.ts';
import type { Disk } from '../../src/disk/disk.ts';
import type { FolderReader, TablePart } from '../../src/raw/folder-reader.ts';
import { RawReader } from '../../src/raw/raw-reader.ts';
import { READER_GRACE_MS } from '../../src/raw/show-hours.ts';
import { CrashError, ModelDisk } from '../support/model-disk.ts';
import { randomOf } from '../support/random.ts';
import { hasCause, loaderOf, RAW, VIEWS } from './crash-run.ts';
import { PartedLog } from './parted-log.ts';
import { rowsIn } from './plain-rows.ts';

const HOUR_MS = 3_600_000;
const TABLE = `${RAW}/views`;
const { signal } = new AbortController();
const lease = { assertHeld: () => Promise.resolve(), release: () => Promise.resolve() };

/** Reads what it was told of, as Hive does: all that lies in a folder. */
class Folders implements FolderReader {
  readonly partitions = new Map<string, string>();
  isAway = false;

  async show({ part }: TablePart, folders: ReadonlyMap<Ordinal, string>): Promise<void> {
    this.#answer();
    for (const [hour, folder] of folders) this.partitions.set(`${hour} ${part}`, folder);
  }

  async hide({ part }: TablePart, hours: readonly Ordinal[]): Promise<void> {
    this.#answer();
    for (const hour of hours) this.partitions.delete(`${hour} ${part}`);
  }

  /** The ids that it finds. @throws where a folder is gone, or has not one file */
  async ids(disk: Disk): Promise<string[]> {
    const found: string[] = [];
    for (const [partition, folder] of this.partitions) {
      const names = await disk.list(`${TABLE}/${folder}`).catch(() => []);
      assert.equal(names.length, 1, `${partition}: ${folder} has ${names.length} files`);
      found.push(...(await rowsIn(disk, `${TABLE}/${folder}/${names[0]}`)).map(({ id }) => id));
    }
    return found.sort();
  }

  #answer(): void {
    if (this.isAway) throw new EngineError('hive', 'it is away');
  }
}

class World {
  readonly clock = { ms: Date.UTC(2026, 10, 29, 11, 20) };
  readonly log = new PartedLog(VIEWS.name, 2, () => this.clock.ms);
  readonly model = new ModelDisk();
  readonly folders = new Folders();
  readonly stream = { ...VIEWS, retentionMs: 30 * 24 * HOUR_MS };
  #sent = 0;

  append(count: number, ms = this.clock.ms): void {
    for (let index = 0; index < count; index++, this.#sent++) {
      const meta = { id: `e${this.#sent}`, dt: new Date(ms).toISOString() };
      this.log.append(this.#sent % 2, JSON.stringify({ meta }));
    }
  }

  disk(crashAt?: number) {
    return this.model.start({ random: randomOf(1), ...(crashAt !== undefined && { crashAt }) });
  }

  /** @param partitions those that it loads; undefined: all, into one table */
  loader(disk: Disk, tag: string, partitions?: readonly number[]) {
    const { clock, folders: reader } = this;
    return loaderOf(
      disk,
      this.log,
      { tag, lease, clock, reader, ...(partitions && { partitions }) },
      this.stream,
    );
  }

  async committed(): Promise<string[]> {
    const disk = this.disk();
    const reader = new RawReader(disk, TABLE);
    const manifest = await reader.manifest();
    const ids: string[] = [];
    for (const { files } of manifest ? (await reader.hours(manifest)).values() : [])
      for (const { path } of files) ids.push(...(await rowsIn(disk, `${TABLE}/${path}`)).map(({ id }) => id));
    return ids.sort();
  }

  /** Nothing is found twice, and nothing that isn't committed. */
  async look(): Promise<string[]> {
    const [found, committed] = [await this.folders.ids(this.disk()), new Set(await this.committed())];
    assert.equal(new Set(found).size, found.length, 'nothing twice');
    for (const id of found) assert.ok(committed.has(id), `${id} is committed`);
    return found;
  }
}

async function work(world: World, loader: ReturnType<World['loader']>): Promise<void> {
  const step = async (ms: number): Promise<void> => {
    world.clock.ms += ms;
    await loader.round(signal);
    await loader.upkeep(signal, true);
    await world.look();
  };
  world.append(5);
  await step(0);
  await step(HOUR_MS + 20_000);
  // Late ones: the hour gets another folder.
  world.append(3, world.clock.ms - HOUR_MS);
  await step(1_000);
  await step(100_000);
  await step(READER_GRACE_MS + 100_000);
  await step(100_000);
}

void describe('a reader of folders that is told where closed hours lie', () => {
  for (const partitions of [undefined, [0, 1]]) {
    void it(`finds what is committed, once, whenever its loader dies (${partitions ? 'parts' : 'one table'})`, async () => {
      const run = async (crashAt: number): Promise<number> => {
        const world = new World();
        const disk = world.disk(crashAt);
        await work(world, world.loader(disk, 'killed', partitions)).catch((error: unknown) => {
          if (!hasCause(error, (cause) => cause instanceof CrashError)) throw error;
        });
        await world.look();
        const heir = world.loader(world.disk(), 'heir', partitions);
        await work(world, heir);
        world.clock.ms += HOUR_MS + 20_000;
        await heir.round(signal);
        await heir.upkeep(signal, true);
        assert.deepEqual(await world.look(), await world.committed());
        return disk.operations;
      };
      const last = await run(Infinity);
      for (let at = 1; at <= last; at += partitions ? 9 : 2) {
        await run(at).catch((cause: unknown) => {
          throw new Error(`it died at operation ${at}`, { cause });
        });
      }
    });
  }

  void it('that is away keeps its files, is told later, and forgets what has gone', async () => {
    const world = new World();
    const loader = world.loader(world.disk(), 'one');
    const step = async (ms: number): Promise<void> => {
      world.clock.ms += ms;
      await loader.round(signal);
      for (const table of loader.tables.get('views')?.own ?? [])
        table.counted(new Map([...table.manifest.hours].map(([hour, { counts }]) => [hour, counts])));
      const done = loader.upkeep(signal, true);
      await (world.folders.isAway ? assert.rejects(done, /it is away/) : done);
      await world.look();
    };
    world.append(4);
    await step(0);
    await step(HOUR_MS + 20_000);
    assert.equal((await world.look()).length, 4);
    world.folders.isAway = true;
    world.append(2, world.clock.ms - HOUR_MS);
    // It is not asked while nothing has changed.
    for (const ms of [1_000, READER_GRACE_MS, READER_GRACE_MS, 100 * HOUR_MS]) await step(ms);
    assert.equal((await world.look()).length, 4);
    assert.equal(loader.tables.get('views')?.manifest.days.size, 0, 'a day is not sealed before it is known');
    world.folders.isAway = false;
    await step(1_000);
    assert.equal((await world.look()).length, 6);
    assert.equal(loader.tables.get('views')?.manifest.days.size, 1);
    await step(31 * 24 * HOUR_MS);
    assert.equal(world.folders.partitions.size, 0);
  });

  void it('is told of all that was there before it', async () => {
    const world = new World();
    const alone = loaderOf(
      world.disk(),
      world.log,
      { tag: 'alone', lease, clock: world.clock },
      world.stream,
    );
    for (let hour = 0; hour < 100; hour++) {
      world.append(1);
      await alone.round(signal);
      for (const table of alone.tables.get('views')?.own ?? [])
        table.counted(new Map([...table.manifest.hours].map(([of, { counts }]) => [of, counts])));
      await alone.upkeep(signal, true);
      world.clock.ms += HOUR_MS;
    }
    assert.ok((alone.tables.get('views')?.manifest.days.size ?? 0) > 2);
    const loader = world.loader(world.disk(), 'other');
    await loader.round(signal);
    await loader.upkeep(signal, true);
    assert.equal((await world.look()).length, 100);
    assert.ok((loader.tables.get('views')?.manifest.days.size ?? 0) > 2, 'days are sealed again');
  });
});
