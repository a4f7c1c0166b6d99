import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { EngineError } from '../../core/engine-error.ts';

/** In the first page of every LMDB file: its magic number, then the version of its data format. */
const SIGNATURE = Buffer.from('dec0efbe02000000', 'hex');
const SIGNATURE_AT = 24;

/**
 * Whether there is an LMDB file. An empty file counts as none.
 * @throws EngineError when the file is something else: the LMDB library would take the process down
 */
export function isLmdbFile(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat || (stat.isFile() && stat.size === 0)) return false;
  const signature = Buffer.alloc(SIGNATURE.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, signature, 0, signature.length, SIGNATURE_AT);
  } finally {
    closeSync(descriptor);
  }
  if (signature.equals(SIGNATURE)) return true;
  throw new EngineError('lmdb', `${file} is no series store: LMDB didn't write it.`);
}
