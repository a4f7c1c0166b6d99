import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import type { Rows } from '../../core/metric/table.ts';
import { whyUnreadable } from '../../files/file-error.ts';
import { UnreadableFileError } from '../../load/bad-row.ts';

/** Digests of files that didn't change, so that they aren't read again. */
const digests = new LRUCache<string, string>({ max: 1000 });

/** Returns the content's SHA-256. @throws UnreadableFileError */
export async function digestOfFile(path: string, signal: AbortSignal): Promise<string> {
  const key = `${path} ${await digestOf(path)}`;
  const known = digests.get(key);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Buffer);
  } catch (cause) {
    signal.throwIfAborted();
    throw new UnreadableFileError(path, `can't be read: ${whyUnreadable(cause)}`, { cause });
  }
  const digest = hash.digest('hex');
  digests.set(key, digest);
  return digest;
}

/** Yields rows, and checks at the end that the file didn't change meanwhile. @throws FileChangedError */
export async function* unchanged(path: string, rows: AsyncIterable<Rows>): AsyncGenerator<Rows> {
  const before = await digestOf(path);
  yield* rows;
  if ((await digestOf(path)) !== before) throw new FileChangedError(path);
}

/** A file was written while it was read. It is read again soon. */
export class FileChangedError extends Error {
  constructor(path: string) {
    super(`${path} changed while it was read`);
    this.name = 'FileChangedError';
  }
}

/** Returns a digest of a file's identity, size and time, without reading it. Symbolic links are followed. */
export async function digestOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'absent';
  }
}
