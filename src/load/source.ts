import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { whyUnreadable } from '../files/file-error.ts';
import { UnreadableFileError } from './bad-row.ts';
import { bunzip2 } from './bzip2.ts';

const CHUNK_BYTES = 1 << 20;

/** The file name that stands for standard input. */
export const STDIN = '-';

/** Returns a file's name for messages. */
export function fileLabel(file: string): string {
  return file === STDIN ? 'standard input' : file;
}

/**
 * Returns the packed size of all files together, for an estimate of the time left; undefined if standard
 * input is among them.
 * @throws UnreadableFileError for a missing file
 */
export async function sizeOf(files: readonly string[]): Promise<number | undefined> {
  let total = 0;
  for (const file of files) {
    if (file === STDIN) continue;
    const found = await stat(file).catch((cause: unknown) => {
      throw unreadable(file, cause);
    });
    if (found.isDirectory()) throw new UnreadableFileError(file, 'is a folder');
    total += found.size;
  }
  return files.includes(STDIN) ? undefined : total;
}

/**
 * Yields the content of a file (or of standard input, `-`), unpacked if it begins like gzip or bzip2.
 * @param onBytes receives the number of packed bytes of each read
 * @throws UnreadableFileError
 */
export async function* contentOf(
  file: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const raw = file === STDIN ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
  // The signal is passed on, because standard input may send nothing for long.
  addAbortSignal(signal, raw);
  try {
    const { head, all } = await peek(counted(raw, onBytes), (bytes) => bytes.length >= 3);
    yield* unpacked(head, all, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw cause instanceof UnreadableFileError ? cause : unreadable(file, cause);
  } finally {
    if (raw !== process.stdin) raw.destroy();
  }
}

function unpacked(head: Buffer, all: AsyncIterable<Buffer>, signal: AbortSignal): AsyncIterable<Buffer> {
  if (head[0] === 0x1f && head[1] === 0x8b) {
    // Errors are thrown by the iteration, so the callback has nothing to do.
    return pipeline(Readable.from(all), createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
  }
  return head.toString('latin1', 0, 3) === 'BZh' ? bunzip2(all, signal) : all;
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}

/** Reads the start of a stream until it is enough. `all` yields the whole stream. */
export async function peek(
  chunks: AsyncIterable<Buffer>,
  enough: (head: Buffer) => boolean,
): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  let head: Buffer = Buffer.alloc(0);
  const { all } = await gather(chunks, (chunk) => {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    return enough(head);
  });
  return { head, all };
}

/** Like `peek` for a start that may be long: passes each chunk to `isEnough` and joins none. */
export async function gather(
  chunks: AsyncIterable<Buffer>,
  isEnough: (chunk: Buffer) => boolean,
): Promise<{ first: readonly Buffer[]; all: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  for (;;) {
    const next = await iterator.next();
    if (next.done) break;
    first.push(next.value);
    if (isEnough(next.value)) break;
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield* first;
      for (;;) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { first, all: all() };
}

function unreadable(file: string, cause: unknown): UnreadableFileError {
  return new UnreadableFileError(fileLabel(file), `can't be read: ${whyUnreadable(cause)}`, { cause });
}
