import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEEP_DAYS } from '../../core/time/history.ts';
import { type Clock, DAY_MS } from '../../core/time/time.ts';
import { onFiles } from '../../files/file-error.ts';
import { acquireLease } from '../../files/file-lease.ts';
import { Engine } from '../lake/engine.ts';
import { makeLakeFolder } from '../lake/lake.ts';
import { LakeWriter } from '../lake/lake-writer.ts';
import { Manifests } from '../lake/manifests.ts';
import { type HiveAddress, locationOf } from './address.ts';
import { bringUp, prepareDatabase } from './adopt.ts';
import { acquireHiveLease } from './hive-lease.ts';
import { InsertedTables } from './inserted-tables.ts';
import { INSERTED, Metastore } from './metastore.ts';
import { MirroredManifests } from './mirrored-manifests.ts';
import { Sessions } from './sessions.ts';
import type { HiveSessions } from './hive-sessions.ts';

export interface HiveOptions {
  readonly clock?: Clock;
  /** For how many days tables can be taken back, if there is a lake's folder; 0: not at all. */
  readonly keepDays?: number;
  /** Receives, once, a hint for importers. Standard error by default. */
  readonly notice?: (text: string) => void;
}

export interface HiveWriter {
  readonly writer: LakeWriter;
  /** Frees the writer's resources, once the writer is closed. */
  readonly close: () => Promise<void>;
}

/** Opens what an address says: a writer of the lake in its folder, or of rows by INSERT. @throws EngineError */
export function openWriter(
  sessions: HiveSessions,
  address: HiveAddress,
  options: HiveOptions,
): Promise<HiveWriter> {
  const { lake: folder, location } = address;
  const { clock = { now: Date.now }, keepDays = KEEP_DAYS } = options;
  if (folder !== undefined)
    return openLakeWriter(sessions, address, { folder, location, keepMs: keepDays * DAY_MS }, clock);
  const notice = options.notice ?? ((text: string) => process.stderr.write(`${text}\n`));
  notice(
    'Rows are written to Hive by INSERT, a few thousand a second. With ?lake=FOLDER, a folder that Hive can read, they are written as files, which is much faster.',
  );
  return openInsertWriter(sessions, address, clock);
}

/** Opens a writer of a lake that Hive can read. It publishes every change to Hive. @throws EngineError */
async function openLakeWriter(
  { metadata }: HiveSessions,
  { database }: HiveAddress,
  lake: { readonly folder: string; readonly location: string | undefined; readonly keepMs: number },
  clock: Clock,
): Promise<HiveWriter> {
  const folder = makeLakeFolder(lake.folder);
  const location = locationOf(folder, lake.location);
  const temporary = join(folder, '_tmp');
  const engine = await Engine.open(temporary);
  const metastore = new Metastore(metadata, database);
  const manifests = new MirroredManifests(new Manifests(folder), metadata, metastore, { database, location });
  const prepare = async (signal: AbortSignal): Promise<void> => {
    await prepareDatabase(metadata, database, location, signal);
    const committed = await metastore.read(signal);
    for (const [name, manifest] of (await manifests.all()).tables) {
      await bringUp(metadata, database, name, manifest, committed.tables.get(name), signal);
    }
  };
  const writer = new LakeWriter({
    engine: 'hive',
    lake: {
      folder,
      temporary,
      engine,
      manifests,
      clock,
      ...(lake.keepMs > 0 ? { keepMs: lake.keepMs } : {}),
    },
    acquire: (holder, signal) => acquireLease(join(folder, '_lease.json'), holder, signal),
    prepare,
  });
  return { writer, close: () => engine.close() };
}

/** Opens a writer by INSERT, with a temporary folder of this process. @throws EngineError */
async function openInsertWriter(
  { metadata }: HiveSessions,
  address: HiveAddress,
  clock: Clock,
): Promise<HiveWriter> {
  const { database } = address;
  // The writer has its own sessions: a reader of the same warehouse may keep one as long as it likes.
  const jobs = new Sessions({ ...address, database: 'default', sessions: 1 }, { warm: false });
  const folder = await onFiles(() => mkdtemp(join(tmpdir(), 'kraken-hive-')));
  const temporary = join(folder, '_tmp');
  const engine = await Engine.open(temporary);
  const metastore = new Metastore(metadata, database);
  const manifests = new InsertedTables({ jobs, metadata }, metastore, { database, folder, engine });
  const prepare = async (signal: AbortSignal): Promise<void> => {
    for (const [name, manifest] of (await metastore.read(signal)).tables) {
      await bringUp(metadata, database, name, manifest, manifest, signal);
    }
  };
  const writer = new LakeWriter({
    engine: 'hive',
    lake: {
      folder,
      temporary,
      engine,
      manifests,
      clock,
      bring: (table, partitions, signal) => manifests.bring(table, partitions, signal),
    },
    acquire: async (holder, signal) => {
      await prepareDatabase(metadata, database, INSERTED, signal);
      return acquireHiveLease(metadata, database, holder, signal);
    },
    prepare,
  });
  const close = async (): Promise<void> => {
    await jobs.close();
    await engine.close();
    await onFiles(() => rm(folder, { recursive: true, force: true }));
  };
  return { writer, close };
}
