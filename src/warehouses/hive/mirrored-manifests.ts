import { EngineError } from '../../core/engine-error.ts';
import type { ManifestStore, Replacement } from '../lake/lake.ts';
import type { Manifest } from '../lake/manifest.ts';
import type { Manifests } from '../lake/manifests.ts';
import { addPartitions, createTable, dropPartitions, qualified } from './ddl.ts';
import { commitManifest, livePartitions, type Metastore } from './metastore.ts';
import type { LivePartition } from './select-statement.ts';
import type { Sessions } from './sessions.ts';

const COMMIT_MS = 30_000;
const COMMIT_ATTEMPTS = 2;

/**
 * The manifests of a lake, mirrored to a Hive. Writers follow the lake's own manifests. Readers of the Hive
 * see a change one statement later. If a process dies in between, the next holder of the lease repeats what
 * is missing.
 */
export class MirroredManifests implements ManifestStore {
  readonly #files: Manifests;
  readonly #sessions: Sessions;
  readonly #metastore: Metastore;
  readonly #database: string;
  readonly #location: string;

  /** @param location the lake's folder as Hive sees it */
  constructor(
    files: Manifests,
    sessions: Sessions,
    metastore: Metastore,
    { database, location }: { database: string; location: string },
  ) {
    this.#files = files;
    this.#sessions = sessions;
    this.#metastore = metastore;
    this.#database = database;
    this.#location = location;
  }

  of(table: string): Promise<Manifest | undefined> {
    return this.#files.of(table);
  }

  all(): Promise<{ revision: string; tables: ReadonlyMap<string, Manifest> }> {
    return this.#files.all();
  }

  async replace(replacement: Replacement): Promise<void> {
    const { table, manifest, lease, signal } = replacement;
    const committed = (await this.#metastore.read(signal)).tables.get(table.name);
    const before = livePartitions(committed);
    const after = livePartitions(manifest);
    if (!committed) {
      const name = qualified(this.#database, table.name);
      await this.#sessions.execute(createTable(name, table, `${this.#location}/${table.name}`), signal);
    }
    const added = addPartitions(this.#database, table.name, changed(after, before));
    for (const sql of added) await this.#sessions.execute(sql, signal);
    signal.throwIfAborted();
    await lease.assertHeld();
    await this.#files.replace(replacement);
    // The change is made by now, so the caller's signal doesn't end the following statements any more.
    await commit(this.#sessions, commitManifest(this.#database, table.name, manifest));
    const dropped = dropPartitions(this.#database, table.name, changed(before, after));
    await tryAll(this.#sessions, dropped);
  }
}

/** Returns those of `partitions` that `others` lacks or has in another version. */
export function changed(
  partitions: ReadonlyMap<string, LivePartition>,
  others: ReadonlyMap<string, LivePartition>,
): LivePartition[] {
  return [...partitions]
    .filter(([name, { version }]) => others.get(name)?.version !== version)
    .map(([, partition]) => partition);
}

/** Runs statements whose failure doesn't matter, because the next holder of the lease repeats them. */
export async function tryAll(sessions: Sessions, statements: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(COMMIT_MS);
  try {
    for (const sql of statements) await sessions.execute(sql, signal);
  } catch {
    // Readers follow the manifest, which doesn't name these partitions.
  }
}

/** Runs a commit. It may be repeated: when the connection is lost, Hive may or may not have run it. */
async function commit(sessions: Sessions, sql: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sessions.execute(sql, AbortSignal.timeout(COMMIT_MS));
    } catch (cause) {
      if (attempt < COMMIT_ATTEMPTS) continue;
      throw new EngineError(
        'hive',
        `the change was written to the lake, but not published to Hive (${(cause as Error).message}): the next write or kraken adopt publishes it`,
        { cause },
      );
    }
  }
}
