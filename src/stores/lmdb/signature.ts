import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { PlaceError } from '../../files/place-error.ts';

/** In the first page of every LMDB file: its magic number, then the version of its data format. */
const SIGNATURE = Buffer.from('dec0efbe02000000', 'hex');
const SIGNATURE_AT = 24;

/**
 * Whether there is an LMDB file. An empty file counts as none.
 * @throws PlaceError when there is a folder or a device, or the file is something else: the LMDB library would take the process down
 */
export function isLmdbFile(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat || (stat.isFile() && stat.size === 0)) return false;
  // A pipe would never be read to its end.
  if (!stat.isFile()) throw new PlaceError(file, 'it is no file, and the series store is one');
  const signature = Buffer.alloc(SIGNATURE.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, signature, 0, signature.length, SIGNATURE_AT);
  } finally {
    closeSync(descriptor);
  }
  if (signature.equals(SIGNATURE)) return true;
  throw new PlaceError(file, "it is no series store: LMDB didn't write it");
}
