import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type GetOptions, open, type RootDatabase, type Transaction } from 'lmdb';
import { abortable } from '../../core/abort.ts';
import { EngineError } from '../../core/engine-error.ts';
import type { CellKey } from '../../core/cell/layout.ts';
import type { Lease } from '../../core/lease.ts';
import { stateFromJson, type TableState, type TableStateJson } from '../../core/time/table-state.ts';
import { acquireLease, type FileLease } from '../../files/file-lease.ts';
import { onFiles } from '../../files/file-error.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { PlaceError } from '../../files/place-error.ts';
import { LeaseHolding } from '../lease-holding.ts';
import type { NamePlace, Publication, SeriesStore } from '../series-store.ts';
import { FORMAT_KEY, REVISION_KEY, STATE_KEYS, TableKeys, tableOfStateKey } from './keys.ts';
import { inLmdb } from './lmdb-error.ts';
import { namesNear, type NextKey } from './names-near.ts';
import { publishInto } from './publish.ts';
import { isLmdbFile } from './signature.ts';

/** The format of keys. Other formats are refused. */
const FORMAT = 1;

type Database = RootDatabase<Uint8Array, Uint8Array> & {
  // Lmdb's type declaration lacks the options.
  getBinaryFast(key: Uint8Array, options: GetOptions): Buffer | undefined;
};

/** The files that this process has open. LMDB would wait for itself if a file were opened twice. */
const openFiles = new Set<string>();

/**
 * Opens a series store: one LMDB file at `path`, with `path-lock` beside it, and `path-lease` while someone
 * publishes. A missing file is made. A backup is a copy of the file, made while nothing is published.
 *
 * Readers never wait. They see the last publication as of their last call of `states` or `publish`. The first
 * `publish` opens the file for writing. A server that only reads opens the store `readOnly`.
 * @throws EngineError when the file is not a store, has a newer format, or is open in this process
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
    const reader = atPlace(file, () => {
      if (!isLmdbFile(file)) void openWriter(file).close();
      return openFile(file, true);
    });
    try {
      checkFormat(reader, file);
    } catch (error) {
      void reader.close();
      throw error;
    }
    openFiles.add(file);
    return new LmdbStore(file, reader, options.readOnly === true);
  });
}

/** @throws PlaceError for errors of the system. Readers need to write, too: into the lock file */
function atPlace<T>(file: string, opened: () => T): T {
  try {
    return opened();
  } catch (cause) {
    throw cause instanceof EngineError ? cause : new PlaceError(file, 'LMDB needs to write there', { cause });
  }
}

function openFile(file: string, readOnly: boolean): Database {
  return open<Uint8Array, Uint8Array>(file, {
    readOnly,
    noSubdir: true,
    keyEncoding: 'binary',
    encoding: 'binary',
    // With overlapping syncs lmdb 3.5.6 waits for itself for ever if the process exits while a transaction is open.
    overlappingSync: false,
  });
}

/** Opens a file for writing, and makes it if it is missing. */
function openWriter(file: string): Database {
  const writer = openFile(file, false);
  writer.transactionSync(() => {
    if (writer.getBinary(FORMAT_KEY) === undefined) void writer.put(FORMAT_KEY, Buffer.from(`${FORMAT}`));
  });
  return writer;
}

/** @throws EngineError when the file has a newer format */
function checkFormat(database: Database, file: string): void {
  const format = database.getBinary(FORMAT_KEY)?.toString();
  // A missing format means that another process is making the file right now.
  if (format === undefined || format === `${FORMAT}`) return;
  throw new EngineError(
    'lmdb',
    `The series store ${file} has format ${format}, but this version of Kraken reads only format ${FORMAT}: a newer Kraken wrote it.`,
  );
}

class LmdbStore implements SeriesStore {
  readonly #file: string;
  readonly #readOnly: boolean;
  #reader: Database;
  #writer: Database | undefined;
  /** The publication that is read. Cells must not be newer than the states that callers saw, because an answer combines both. */
  #snapshot: Transaction;
  readonly #tables = new Map<string, TableKeys>();
  #states: { revision: string; tables: ReadonlyMap<string, TableState> } | undefined;
  readonly #lease = new LeaseHolding<FileLease>(closed);
  /** Settles when all requested publications have ended. */
  #published: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(file: string, reader: Database, readOnly: boolean) {
    this.#file = file;
    this.#reader = reader;
    this.#snapshot = reader.useReadTransaction();
    this.#readOnly = readOnly;
  }

  async states(signal: AbortSignal): Promise<{ revision: string; tables: ReadonlyMap<string, TableState> }> {
    return this.#run(signal, () => {
      this.#look();
      const transaction = this.#snapshot;
      const revision = Buffer.from(this.#reader.get(REVISION_KEY, { transaction }) ?? '0').toString();
      if (this.#states?.revision !== revision) {
        const tables = new Map<string, TableState>();
        for (const { key, value } of this.#reader.getRange({ ...STATE_KEYS, transaction })) {
          const json = JSON.parse(Buffer.from(value).toString()) as TableStateJson;
          tables.set(tableOfStateKey(key), stateFromJson(json));
        }
        this.#states = { revision, tables };
      }
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
        const found = this.#find(tableKeys, key);
        return found && copyOf(found);
      });
    });
  }

  readNow(table: string, key: CellKey): Uint8Array | undefined {
    this.#assertOpen();
    return inLmdb("can't read the series store", () => this.#find(this.#keysOf(table), key));
  }

  /** Finds a cell. Its bytes are LMDB's buffer, which the next read overwrites. */
  #find(keys: TableKeys, { row, column }: CellKey): Uint8Array | undefined {
    const key = keys.key(row, column);
    const found = key && this.#reader.getBinaryFast(key, { transaction: this.#snapshot });
    return found?.subarray(0, found.length);
  }

  async namesNear(table: string, place: NamePlace, signal: AbortSignal): Promise<string[]> {
    return this.#run(signal, () => {
      const one = { transaction: this.#snapshot, limit: 1 };
      const next: NextKey = (start, reverse) => [...this.#reader.getKeys({ ...one, start, reverse })][0];
      return namesNear(this.#keysOf(table), place, next);
    });
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
    this.#look();
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
    this.#snapshot = this.#reader.useReadTransaction();
    return this.#writer;
  }

  /** Moves reading to the last publication. */
  #look(): void {
    this.#snapshot.done();
    this.#reader.resetReadTxn();
    this.#snapshot = this.#reader.useReadTransaction();
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
