import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../core/engine-error.ts';
import type { Table } from '../../core/metric/table.ts';
import { type Manifest, partitionColumns } from '../lake/manifest.ts';
import {
  addPartitions,
  createDatabase,
  createTable,
  dropOtherVersions,
  dropPartitions,
  qualified,
} from './ddl.ts';
import {
  commitManifest,
  createMetastore,
  isMissing,
  isSame,
  livePartitions,
  Metastore,
} from './metastore.ts';
import type { LivePartition } from './select-statement.ts';
import type { Sessions } from './sessions.ts';

/** How often making a database is tried, and the pause between two attempts in ms. */
const ATTEMPTS = 5;
const AGAIN_MS = 300;

/** A lake that a Hive is to serve. */
export interface Adoption {
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** The known tables. Manifests of other tables are skipped. */
  readonly tables: readonly Table[];
  /** The lake's folder as Hive sees it, without a final slash: `hdfs://…`, `s3a://…`, `file:///…`. */
  readonly location: string;
  readonly database: string;
}

/**
 * Yields the statements that make a Hive serve an existing lake: they make the tables, add the live
 * partitions, commit the manifests that readers follow, and drop versions that an earlier adoption left. Each
 * statement may be run again.
 * @throws EngineError if the lake has the layout of an older version
 */
export function* adoptStatements(adoption: Adoption): Generator<string> {
  const { manifests, tables, location, database } = adoption;
  yield createDatabase(database);
  yield createMetastore(database, location);
  for (const table of tables) {
    const manifest = manifests.get(table.name);
    if (!manifest) continue;
    yield createTable(qualified(database, table.name), table, `${location}/${table.name}`);
    yield* publishStatements(database, table.name, manifest);
    const live = livePartitions(manifest);
    const every = [...manifest.state.partitions.keys()].map((name) => ({
      ...partitionColumns(name, 0),
      version: live.get(name)?.version,
    }));
    yield* dropOtherVersions(database, table.name, every);
  }
}

/** Runs those of these statements that Hive needs, and drops what isn't live. */
export async function adopt(
  sessions: Sessions,
  { manifests, tables, location, database }: Adoption,
  signal: AbortSignal,
): Promise<void> {
  await prepareDatabase(sessions, database, location, signal);
  const committed = await new Metastore(sessions, database).read(signal);
  for (const table of tables) {
    const manifest = manifests.get(table.name);
    if (!manifest) continue;
    await sessions.execute(
      createTable(qualified(database, table.name), table, `${location}/${table.name}`),
      signal,
    );
    await bringUp(sessions, database, table.name, manifest, committed.tables.get(table.name), signal);
  }
}

/** Makes the database and the table of its manifests. @throws EngineError when the database has its tables in another place */
export async function prepareDatabase(
  sessions: Sessions,
  database: string,
  place: string,
  signal: AbortSignal,
): Promise<void> {
  const metastore = new Metastore(sessions, database);
  let { place: present } = await metastore.read(signal);
  for (let attempt = 1; present === undefined; attempt++) {
    try {
      await sessions.execute(createDatabase(database), signal);
      await sessions.execute(createMetastore(database, place), signal);
    } catch (error) {
      // IF NOT EXISTS still fails when another process makes the same at the same moment.
      if (attempt === ATTEMPTS) throw error;
      await sleep(AGAIN_MS, undefined, { signal });
    }
    ({ place: present } = await metastore.read(signal));
    if (attempt === ATTEMPTS) break;
  }
  if (present !== place) {
    throw new EngineError(
      'hive',
      `the tables of the database ${database} lie in ${present}, not in ${place}: name another database, or that place.`,
    );
  }
}

/**
 * Makes a Hive serve a table as its manifest says, even after another process was killed while doing so. A
 * table that Hive doesn't have is skipped: its next writer makes it.
 */
export async function bringUp(
  sessions: Sessions,
  database: string,
  table: string,
  manifest: Manifest,
  committed: Manifest | undefined,
  signal: AbortSignal,
): Promise<void> {
  const there = await presentPartitions(sessions, database, table, signal);
  if (!there) return;
  const live = [...livePartitions(manifest).values()];
  const present = new Set(there.map(nameOf));
  const missing = live.filter((partition) => !present.has(nameOf(partition)));
  for (const sql of addPartitions(database, table, missing)) await sessions.execute(sql, signal);
  if (!isSame(manifest, committed)) {
    await sessions.execute(commitManifest(database, table, manifest), signal);
  }
  const wanted = new Set(live.map(nameOf));
  const stale = there.filter((partition) => !wanted.has(nameOf(partition)));
  for (const sql of dropPartitions(database, table, stale)) await sessions.execute(sql, signal);
}

function* publishStatements(database: string, table: string, manifest: Manifest): Generator<string> {
  yield* addPartitions(database, table, [...livePartitions(manifest).values()]);
  yield commitManifest(database, table, manifest);
}

/** Lists Hive's partitions of a table; undefined if it has no such table. */
async function presentPartitions(
  sessions: Sessions,
  database: string,
  table: string,
  signal: AbortSignal,
): Promise<LivePartition[] | undefined> {
  const found: LivePartition[] = [];
  try {
    for await (const page of sessions.query(`SHOW PARTITIONS ${qualified(database, table)}`, signal)) {
      for (const text of page.text(0)) {
        const [, grain, year, month, version] =
          /^grain=(\w+)\/year=(\d+)\/month=(\d+)\/version=(\d+)$/.exec(text ?? '') ?? [];
        if (version === undefined) continue;
        found.push({
          grain: grain as LivePartition['grain'],
          year: Number(year),
          month: Number(month),
          version: Number(version),
        });
      }
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return found;
}

function nameOf({ grain, year, month, version }: LivePartition): string {
  return `${grain} ${year} ${month} ${version}`;
}
