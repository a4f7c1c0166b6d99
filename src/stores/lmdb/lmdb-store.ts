import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { abortable } from '../../core/abort.ts';
import { EngineError } from '../../core/engine-error.ts';
import type { CellKey } from '../../core/cell/layout.ts';
import type { Lease } from '../../core/lease.ts';
import type { TableState } from '../../core/time/table-state.ts';
import { acquireLease, type FileLease } from '../../files/file-lease.ts';
import { onFiles } from '../../files/file-error.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { LeaseHolding } from '../lease-holding.ts';
import type { NamePlace, Publication, SeriesStore, StoredCell } from '../series-store.ts';
import { type Database, openFile, openReader, openWriter } from './file.ts';
import { TableKeys } from './keys.ts';
import { inLmdb } from './lmdb-error.ts';
import { namesNear } from './names-near.ts';
import { publishInto } from './publish.ts';
import { scanBundles } from './scan.ts';
import { Snapshot } from './snapshot.ts';

/** The files that this process has open. LMDB would wait for itself if a file were opened twice. */
const openFiles = new Set<string>();

/**
 * Opens a series store: one LMDB file at `path`, with `path-lock` beside it, and `path-lease` while someone
 * publishes. A missing file is made. A backup is a copy of the file, made while nothing is published.
 *
 * Readers never wait. They see the last publication as of their last call of `states` or `publish`. The first
 * `publish` opens the file for writing. A server that only reads opens the store `readOnly`.
 * @throws EngineError when the file is not a store, has another format, or is open in this process
 */
export function openLmdbStore(path: string, options: { readOnly?: boolean } = {}): SeriesStore {
  const file = inLmdb(`can't open the series store ${path}`, () => {
    const folder = makeFolder(dirname(resolve(path)));
    return join(realpathSync(folder), basename(path));
  });
  if (openFiles.has(file)) {
    throw new EngineError('lmdb', `The series store ${path} is already open in this process: share it.`);
  }
  return inLmdb(`can't open the series store ${path}`, () => {
    const reader = openReader(file);
    openFiles.add(file);
    return new LmdbStore(file, reader, options.readOnly === true);
  });
}

class LmdbStore implements SeriesStore {
  readonly #file: string;
  readonly #readOnly: boolean;
  #reader: Database;
  #writer: Database | undefined;
  /** The publication that is read. Cells must not be newer than the states that callers saw, because an answer combines both. */
  #snapshot: Snapshot;
  readonly #tables = new Map<string, TableKeys>();
  #states: { revision: string; tables: ReadonlyMap<string, TableState> } | undefined;
  readonly #lease = new LeaseHolding<FileLease>(closed);
  /** Settles when all requested publications have ended. */
  #published: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(file: string, reader: Database, readOnly: boolean) {
    this.#file = file;
    this.#reader = reader;
    this.#snapshot = new Snapshot(reader);
    this.#readOnly = readOnly;
  }

  async states(signal: AbortSignal): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }> {
    return this.#run(signal, () => {
      this.#snapshot.look();
      const { revision } = this.#snapshot;
      if (this.#states?.revision !== revision) this.#states = { revision, tables: this.#snapshot.states() };
      return this.#states;
    });
  }

  async read(
    table: string,
    keys: readonly CellKey[],
    signal: AbortSignal,
  ): Promise<(Uint8Array | undefined)[]> {
    return this.#run(signal, () => {
      const tableKeys = this.#keysOf(table);
      return keys.map((key) => {
        const found = this.#snapshot.find(tableKeys, key);
        return found && copyOf(found);
      });
    });
  }

  readNow(table: string, key: CellKey): Uint8Array | undefined {
    this.#assertOpen();
    return inLmdb("can't read the series store", () => this.#snapshot.find(this.#keysOf(table), key));
  }

  async namesNear(table: string, place: NamePlace, signal: AbortSignal): Promise<string[]> {
    return this.#run(signal, () => {
      const snapshot = this.#snapshot;
      return namesNear(this.#keysOf(table), place, (start, reverse) => snapshot.nextKey(start, reverse));
    });
  }

  scan(table: string, signal: AbortSignal): AsyncGenerator<readonly StoredCell[]> {
    const keys = this.#keysOf(table);
    return scanBundles(keys, (range, limit) => this.#run(signal, () => this.#snapshot.bundles(range, limit)));
  }

  async publish(publication: Publication, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#assertOpen();
    const lease = this.#lease.current;
    if (!lease) throw new EngineError('lmdb', 'a publication needs the lease: call lease() first');
    const writer = inLmdb("can't open the series store for writing", () => this.#openForWriting());
    const before = this.#published;
    const turn = this.#takeTurn(before, writer, lease, publication, signal);
    this.#published = Promise.allSettled([before, turn]);
    await turn;
  }

  async #takeTurn(
    before: Promise<unknown>,
    writer: Database,
    lease: FileLease,
    publication: Publication,
    signal: AbortSignal,
  ): Promise<void> {
    await abortable(before, signal);
    signal.throwIfAborted();
    await publishInto(writer, this.#keysOf(publication.table), publication, lease, signal);
    // A publisher reads what it has published.
    this.#snapshot.look();
  }

  async lease(holder: string, signal: AbortSignal): Promise<Lease> {
    this.#assertOpen();
    this.#assertWritable();
    const path = `${this.#file}-lease`;
    return this.#lease.take((patience) => onFiles(() => acquireLease(path, holder, patience)), signal);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#lease.close();
    await this.#published;
    await this.#lease.release();
    this.#snapshot.done();
    await this.#reader.close();
    await this.#writer?.close();
    openFiles.delete(this.#file);
  }

  /** LMDB opens a file either for reading or for writing in one process, so the reader is opened again. */
  #openForWriting(): Database {
    if (this.#writer) return this.#writer;
    this.#snapshot.done();
    void this.#reader.close();
    this.#writer = openWriter(this.#file);
    // Readers have a handle of their own, because one in a transaction also reads uncommitted data.
    this.#reader = openFile(this.#file, false);
    this.#snapshot = new Snapshot(this.#reader);
    return this.#writer;
  }

  #run<T>(signal: AbortSignal, action: () => T): T {
    signal.throwIfAborted();
    this.#assertOpen();
    return inLmdb("can't read the series store", action);
  }

  #assertOpen(): void {
    if (this.#closing) throw closed();
  }

  #assertWritable(): void {
    if (this.#readOnly) throw new EngineError('lmdb', 'The series store is open for reading only.');
  }

  #keysOf(table: string): TableKeys {
    let keys = this.#tables.get(table);
    if (!keys) this.#tables.set(table, (keys = new TableKeys(table)));
    return keys;
  }
}

function closed(): EngineError {
  return new EngineError('lmdb', 'The series store is closed.');
}

/** Copies LMDB's buffer. The copy is in Node's pool: cells are small and soon decoded. */
function copyOf(found: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafe(found.length);
  copy.set(found);
  return copy;
}
