import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { PlaceError } from '../../files/place-error.ts';

/** The bytes in the first page of every LMDB file: the magic number and the version of the format. */
const SIGNATURE = Buffer.from('dec0efbe02000000', 'hex');
const SIGNATURE_AT = 24;

/**
 * Tells whether a path is an LMDB file. A missing or empty file is not.
 * @throws PlaceError for a folder, a device, or another file: each of these would crash the process in the
 *   LMDB library
 */
export function isLmdbFile(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat || (stat.isFile() && stat.size === 0)) return false;
  // A pipe would never be read to its end.
  if (!stat.isFile()) throw new PlaceError(file, 'it is not a file, but the series store must be one');
  const signature = Buffer.alloc(SIGNATURE.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, signature, 0, signature.length, SIGNATURE_AT);
  } finally {
    closeSync(descriptor);
  }
  if (signature.equals(SIGNATURE)) return true;
  throw new PlaceError(file, "it is not a series store: LMDB didn't write it");
}
