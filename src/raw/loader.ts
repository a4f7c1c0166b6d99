import { join } from 'node:path';
import type { Ordinal } from '../core/time/time.ts';
import type { Disk } from '../disk/disk.ts';
import { onFiles } from '../files/file-error.ts';
import type { EventLogReader } from '../log/event-log.ts';
import { REJECTS } from '../streams/rejects.ts';
import { type Stream, tableNameOf } from '../streams/stream.ts';
import type { BatchLimits } from './load-batch.ts';
import { LoaderLeaseError, type RawLease } from './raw-lease.ts';
import { RawReader } from './raw-reader.ts';
import type { RowWriter } from './row-writer.ts';
import type { FolderReader } from './folder-reader.ts';
import { type Round, StreamLoader } from './stream-loader.ts';
import { StreamTable } from './stream-table.ts';
import { type Forgotten, upkeep } from './upkeep.ts';

export interface LoaderParts {
  /** The folder of the raw tables. */
  readonly folder: string;
  readonly disk: Disk;
  readonly log: EventLogReader;
  readonly rows: RowWriter;
  /** The streams there are, now. */
  readonly streams: () => ReadonlyMap<string, Stream>;
  /** The partitions of the log that it takes; undefined: all there are, and no other loader takes any. */
  readonly partitions?: readonly number[];
  /** The lease of all that it writes … */
  readonly lease: RawLease;
  /** … and the one of a partition's rows. */
  readonly leaseOf?: (partition: number) => RawLease;
  /** Another one for each loader. */
  readonly tag: string;
  readonly now: () => number;
  /** Who reads the tables by their folders, such as Hive; undefined where nobody does. */
  readonly reader?: FolderReader;
  readonly limits: BatchLimits;
  readonly skipLost: boolean;
  /** The files of a table, by its name, that readers need, by their paths in its folder. */
  readonly pinned: (table: string) => Promise<ReadonlySet<string>>;
  /** Is told what was removed because of its age. */
  readonly onForgotten?: ((forgotten: Forgotten) => void) | undefined;
}

/** Brings the event log into the raw tables: all of it, or some partitions, for which it has the leases. */
export class Loader {
  readonly #parts: LoaderParts;
  /** The tables of streams, by the stream's name. */
  readonly #tables = new Map<string, StreamTable>();

  constructor(parts: LoaderParts) {
    this.#parts = parts;
  }

  get tables(): ReadonlyMap<string, StreamTable> {
    return this.#tables;
  }

  /**
   * Loads what there is of every stream, one after the other.
   * @returns what each came to, by its name; streams of the log that nobody declares are left out
   * @throws LoaderLeaseError, EngineError
   */
  async round(signal: AbortSignal): Promise<Map<string, Round>> {
    const found = new Map<string, Round>();
    const streams = this.#parts.streams();
    for (const name of await this.#parts.log.streams()) {
      const stream = streams.get(name);
      if (signal.aborted) break;
      if (stream) found.set(name, await this.#whileHeld(() => this.#load(stream, signal)));
    }
    return found;
  }

  /** Opens the tables of all streams that were ever loaded, also of those that the log has no more. */
  async openAll(): Promise<void> {
    const { disk, folder } = this.#parts;
    for (const stream of this.#parts.streams().values()) {
      const reader = new RawReader(disk, join(folder, tableNameOf(stream.name)));
      if (await reader.manifest()) await this.#whileHeld(() => this.#tableOf(stream));
    }
  }

  /**
   * Keeps the tables small, and takes away what was kept for long enough. It may run beside `round`.
   * @param isLast whether nothing more is loaded for now
   */
  async upkeep(signal: AbortSignal, isLast: boolean): Promise<void> {
    const { rows, now, pinned, reader, onForgotten } = this.#parts;
    const streams = this.#parts.streams();
    for (const [name, table] of this.#tables) {
      const stream = streams.get(name);
      if (!stream) continue;
      for (const own of table.own) {
        const parts = {
          table: own,
          // Numbers are missing from a part that are in others.
          stream: table.isParted && own !== table.kept ? withoutSequence(stream) : stream,
          rows,
          now,
          filesOf: async (of: 'own' | 'rejects', hour: Ordinal) =>
            (await (of === 'own' ? table : this.#tables.get(REJECTS.name))?.files(hour)) ?? [],
          folders: reader && {
            reader,
            prefix: table.prefixOf(own),
            part: { stream, part: table.partOf(own), assertHeld: () => own.folder.assertHeld() },
          },
          pinned: async () => within(await pinned(tableNameOf(name)), table.prefixOf(own)),
          onForgotten,
        };
        await this.#whileHeld(() => upkeep(parts, signal, isLast));
      }
    }
  }

  /** Gives errors their type: what fails once another loader has taken over fails by that. */
  async #whileHeld<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await onFiles(work);
    } catch (cause) {
      if (cause instanceof LoaderLeaseError) throw cause;
      await this.#parts.lease.assertHeld().catch(() => {
        const message =
          'another loader has taken over: this one stood still for too long, and has committed nothing since';
        throw new LoaderLeaseError(message, { cause });
      });
      throw cause;
    }
  }

  async #load(stream: Stream, signal: AbortSignal): Promise<Round> {
    const { log, rows, now, limits, skipLost } = this.#parts;
    const table = await this.#tableOf(stream);
    return new StreamLoader({ log, rows, table, now, limits, skipLost }).round(stream, signal);
  }

  async #tableOf(stream: Stream): Promise<StreamTable> {
    const known = this.#tables.get(stream.name);
    if (known) return known;
    const { folder, disk, partitions, lease, leaseOf = () => lease, tag } = this.#parts;
    const table = await StreamTable.open(stream.name, {
      folder: join(folder, tableNameOf(stream.name)),
      disk,
      partitions,
      leaseOf,
      tag,
    });
    this.#tables.set(stream.name, table);
    return table;
  }
}

function withoutSequence({ sequence: _sequence, ...stream }: Stream): Stream {
  return stream;
}

/** The paths that begin with a prefix, without it. */
function within(paths: ReadonlySet<string>, prefix: string): ReadonlySet<string> {
  return new Set([...paths].flatMap((path) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : [])));
}
