import type { FileHandle } from 'node:fs/promises';
import type { Delivery } from './delivery.ts';
import { identityOf } from './identity.ts';
import { LineCutter, LONGEST_LINE } from './line-cutter.ts';
import { checkFormat, firstLines, HEAD_BYTES, type Asked } from './log-head.ts';
import { DIGEST_BYTES, digestOf, START, type Place, type Progress } from './progress.ts';
import type { LogFormat } from './format.ts';

/** How many bytes are read and delivered at once. */
const CHUNK_BYTES = 256 * 1024;

/** The log in a file, by its beginning. A truncated file holds another log. */
interface Content {
  readonly identity: string;
  readonly format: LogFormat;
  place: Place;
}

/** A growing file, open as long as it is followed, even if it is renamed or removed. */
export class Tail {
  readonly #handle: FileHandle;
  readonly #asked: Asked;
  readonly #delivery: Delivery;
  readonly #progress: Progress;
  /** The path at the last check. */
  path: string;
  #content: Content | undefined;
  /** The size of the file at the last check, in bytes. */
  #seenBytes = 0;

  constructor(handle: FileHandle, path: string, asked: Asked, delivery: Delivery, progress: Progress) {
    this.#handle = handle;
    this.path = path;
    this.#asked = asked;
    this.#delivery = delivery;
    this.#progress = progress;
  }

  /**
   * Delivers the lines that were completed since the last call.
   * @param isSettled whether the file hasn't changed for a while, so that a shorter file isn't a copy in progress
   * @param isFinished whether nobody writes to the file any more, so that the last line needs no end
   * @throws UnreadableFileError if the format is unknown or a site is missing, and the errors of the delivery
   */
  async pump(isSettled: boolean, isFinished: boolean, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const { size } = await this.#handle.stat();
      if (size < this.#seenBytes) this.#content = undefined;
      const wasTruncated = size < this.#seenBytes;
      this.#seenBytes = size;
      this.#content ??= await this.#begin(size, isSettled || wasTruncated, isFinished);
      const content = this.#content;
      if (!content) return;
      const { at, isInside, digest } = content.place;
      const bytes = await this.#read(Math.max(0, at - DIGEST_BYTES), CHUNK_BYTES);
      const before = bytes.subarray(0, Math.min(at, DIGEST_BYTES));
      // The bytes belong to the known log only if its earlier bytes are still there after the read.
      if (digestOf(before) !== digest || (await this.#identity(isFinished)) !== content.identity) {
        this.#content = await this.#begin(size, true, isFinished, START);
        if (!this.#content) return;
        continue;
      }
      const cutter = new LineCutter(at, isInside);
      const lines = cutter.push(bytes.subarray(before.length));
      const last = isFinished && before.length + (size - at) <= bytes.length ? cutter.end() : undefined;
      if (last) lines.push(last);
      const next = cutter.position;
      if (next.at === at) return;
      const { identity, format } = content;
      await this.#delivery.deliver(lines, { label: this.path, identity, format, site: this.#asked.site });
      const end = before.length + next.at - at;
      content.place = { ...next, digest: digestOf(bytes.subarray(Math.max(0, end - DIGEST_BYTES), end)) };
      this.#progress.set(identity, content.place);
    }
  }

  /** Returns the state of the file, whatever its name. */
  async stat(): Promise<{ size: number; changedMs: number; isRemoved: boolean }> {
    const { size, mtimeMs, nlink } = await this.#handle.stat({ bigint: true });
    return { size: Number(size), changedMs: Number(mtimeMs), isRemoved: nlink === 0n };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** Finds out which log the file holds; undefined as long as that is unknown. */
  async #begin(
    size: number,
    isSettled: boolean,
    isFinished: boolean,
    from?: Place,
  ): Promise<Content | undefined> {
    const head = await this.#read(0, HEAD_BYTES);
    const identity = identityOf(head, isFinished);
    if (identity === undefined) return undefined;
    const { format, isEnough } = firstLines(head, this.#asked, isFinished);
    if (!format && !isEnough && !isFinished) return undefined;
    const known = from ?? this.#progress.of(identity) ?? START;
    // A copy in progress will reach the place of the log.
    if (known.at > size && !isSettled) return undefined;
    const isThere = known.at <= size && (await this.#digestAt(known.at)) === known.digest;
    return { identity, format: checkFormat(this.path, format, this.#asked), place: isThere ? known : START };
  }

  async #identity(isFinished: boolean): Promise<string | undefined> {
    return identityOf(await this.#read(0, LONGEST_LINE), isFinished);
  }

  async #digestAt(at: number): Promise<string> {
    const from = Math.max(0, at - DIGEST_BYTES);
    return digestOf(await this.#read(from, at - from));
  }

  async #read(at: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#handle.read(bytes, done, length - done, at + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  }
}
