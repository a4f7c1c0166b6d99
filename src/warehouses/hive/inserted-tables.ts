import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { partitionSpan } from '../../core/time/partition.ts';
import type { Rows, Table } from '../../core/metric/table.ts';
import { onFiles } from '../../files/file-error.ts';
import { type Engine, execute, withFolder } from '../lake/engine.ts';
import type { ManifestStore, Replacement } from '../lake/lake.ts';
import type { Manifest, PartitionFiles } from '../lake/manifest.ts';
import { asFileColumns, Bindings, literal } from '../lake/sql.ts';
import { stage } from '../lake/staging.ts';
import { createTable, dropPartitions, qualified } from './ddl.ts';
import { inTime } from './in-time.ts';
import { insertStatements } from './insert-statements.ts';
import { commitManifest, livePartitions, type Metastore } from './metastore.ts';
import { changed, tryAll } from './mirrored-manifests.ts';
import { selectRows } from './select.ts';
import type { LivePartition } from './select-statement.ts';
import type { HiveSessions } from './hive-sessions.ts';

const READ_MS = 60_000;

interface Place {
  readonly database: string;
  /** A temporary folder of this process for the partitions that a change touches. */
  readonly folder: string;
  readonly engine: Engine;
}

/** Tables whose rows are written by INSERT, because Hive can't read this host's files. Their manifests are the committed ones. */
export class InsertedTables implements ManifestStore {
  readonly #sessions: HiveSessions;
  readonly #metastore: Metastore;
  readonly #place: Place;

  constructor(sessions: HiveSessions, metastore: Metastore, place: Place) {
    this.#sessions = sessions;
    this.#metastore = metastore;
    this.#place = place;
  }

  async of(table: string): Promise<Manifest | undefined> {
    return (await this.all()).tables.get(table);
  }

  all(): Promise<{ revision: string; tables: ReadonlyMap<string, Manifest> }> {
    return inTime(READ_MS, (signal) => this.#metastore.read(signal));
  }

  /** Copies the rows of stored partitions to the files that a lake would have. */
  async bring(
    table: Table,
    partitions: ReadonlyMap<string, PartitionFiles>,
    signal: AbortSignal,
  ): Promise<void> {
    const { folder, engine } = this.#place;
    const home = join(folder, table.name);
    // Files of a failed write are removed: their names may mean other rows now.
    await onFiles(() => rm(home, { recursive: true, force: true }));
    const versions = livePartitions({ partitions });
    if (versions.size === 0) return;
    await withFolder(join(folder, '_tmp', 'write-brought'), async (runs) => {
      const staged = await stage(engine, table, this.#rows(table, versions, signal), runs, signal);
      const names = [...staged.partitions.keys()];
      const writeAll = async (connection: DuckDBConnection): Promise<void> => {
        for (const [part, name] of names.entries()) {
          const path = join(home, partitions.get(name)?.files[0] as string);
          await onFiles(() => mkdir(dirname(path), { recursive: true }));
          const bindings = new Bindings();
          const rows = `(${staged.select(bindings, [part])}) AS staged`;
          const sql = `COPY (SELECT ${asFileColumns(table)} FROM ${rows}) TO ${literal(path)} (FORMAT parquet)`;
          await execute(connection, sql, bindings);
        }
      };
      await engine.use(signal, writeAll, () => staged.end());
    });
  }

  async replace({ table, manifest, lease, signal }: Replacement): Promise<void> {
    const { database, engine, folder } = this.#place;
    const home = join(folder, table.name);
    const committed = (await this.#metastore.read(signal)).tables.get(table.name);
    const before = livePartitions(committed);
    const after = livePartitions(manifest);
    if (!committed) {
      await this.#sessions.metadata.execute(
        createTable(qualified(database, table.name), table, undefined),
        signal,
      );
    }
    const outgoing = [...after]
      .filter(([name, { version }]) => before.get(name)?.version !== version)
      .map(([name, partition]) => ({
        partition,
        path: join(home, manifest.partitions.get(name)?.files[0] as string),
      }));
    for await (const sql of insertStatements(engine, database, table, outgoing, signal)) {
      await this.#sessions.jobs.execute(sql, signal);
    }
    signal.throwIfAborted();
    await lease.assertHeld();
    const commit = commitManifest(database, table.name, manifest);
    await inTime(READ_MS, (own) => this.#sessions.metadata.execute(commit, own));
    await tryAll(this.#sessions.metadata, dropPartitions(database, table.name, changed(before, after)));
    await onFiles(() => rm(home, { recursive: true, force: true }));
  }

  async *#rows(
    table: Table,
    versions: ReadonlyMap<string, LivePartition>,
    signal: AbortSignal,
  ): AsyncGenerator<Rows> {
    for (const grain of new Set([...versions.values()].map((partition) => partition.grain))) {
      const partitions = [...versions].filter(([, partition]) => partition.grain === grain);
      const spans = partitions.map(([name]) => partitionSpan(name));
      const first = Math.min(...spans.map((span) => span.first));
      const last = Math.max(...spans.map((span) => span.last));
      const live = partitions.map(([, partition]) => partition);
      const question = { table, grain, first, last, where: [] };
      yield* selectRows(this.#sessions.jobs, this.#place.database, question, live, signal);
    }
  }
}
