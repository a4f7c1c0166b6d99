import { type GetOptions, open, type RootDatabase } from 'lmdb';
import { EngineError } from '../../core/engine-error.ts';
import { PlaceError } from '../../files/place-error.ts';
import { FORMAT_KEY } from './keys.ts';
import { isLmdbFile } from './signature.ts';

/** The format of keys and values. Other formats are refused. */
const FORMAT = 2;

export type Database = RootDatabase<Uint8Array, Uint8Array> & {
  // Lmdb's type declaration lacks the options.
  getBinaryFast(key: Uint8Array, options?: GetOptions): Buffer | undefined;
};

/**
 * Opens a file for reading, and makes it if it is missing.
 * @throws PlaceError for errors of the system; EngineError when the file has another format
 */
export function openReader(file: string): Database {
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
  return reader;
}

/** @throws PlaceError for errors of the system. Readers need to write, too: into the lock file */
function atPlace<T>(file: string, opened: () => T): T {
  try {
    return opened();
  } catch (cause) {
    throw cause instanceof EngineError ? cause : new PlaceError(file, 'LMDB needs to write there', { cause });
  }
}

export function openFile(file: string, readOnly: boolean): Database {
  return open<Uint8Array, Uint8Array>(file, {
    readOnly,
    noSubdir: true,
    keyEncoding: 'binary',
    encoding: 'binary',
    // With overlapping syncs lmdb 3.5.6 waits for itself for ever if the process exits while a transaction is open.
    overlappingSync: false,
  });
}

/** Opens a file for writing, and makes it if it is missing. `openReader` has looked at its format. */
export function openWriter(file: string): Database {
  const writer = openFile(file, false);
  writer.transactionSync(() => {
    if (writer.getBinary(FORMAT_KEY) === undefined) void writer.put(FORMAT_KEY, Buffer.from(`${FORMAT}`));
  });
  return writer;
}

/** @throws EngineError when the file has another format */
function checkFormat(database: Database, file: string): void {
  const format = database.getBinary(FORMAT_KEY)?.toString();
  // A missing format means that another process is making the file right now.
  if (format === undefined || format === `${FORMAT}`) return;
  const has = `The series store ${file} has format ${format}, but this version of Kraken reads only format ${FORMAT}`;
  throw new EngineError(
    'lmdb',
    Number(format) > FORMAT
      ? `${has}: a newer Kraken wrote it.`
      : `${has}: an earlier Kraken wrote it. The warehouse has everything that is in it. Stop what has it open, remove ${file} and ${file}-lock, and run "kraken publish", which makes it again; or run it with "--series lmdb:ANOTHER_FILE" and serve that one.`,
  );
}
