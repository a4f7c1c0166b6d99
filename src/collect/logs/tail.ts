import type { FileHandle } from 'node:fs/promises';
import type { Delivery } from './delivery.ts';
import { identityOf } from './identity.ts';
import { LineCutter, LONGEST_LINE } from './line-cutter.ts';
import { checkFormat, firstLines, HEAD_BYTES, type Asked } from './log-head.ts';
import { PRINT_BYTES, printOf, START, type Place, type Progress } from './progress.ts';
import type { LogFormat } from './format.ts';

/** So many bytes are read, and brought, at once. */
const CHUNK_BYTES = 256 * 1024;

/** What a file holds, by what it begins with: once it was truncated it is another log. */
interface Content {
  readonly identity: string;
  readonly format: LogFormat;
  place: Place;
}

/** A file that grows, open for as long as it is followed: it may be renamed or removed meanwhile. */
export class Tail {
  readonly #handle: FileHandle;
  readonly #asked: Asked;
  readonly #delivery: Delivery;
  readonly #progress: Progress;
  /** Its path when it was seen last. */
  path: string;
  #content: Content | undefined;
  /** The file had as many bytes. */
  #seenBytes = 0;

  constructor(handle: FileHandle, path: string, asked: Asked, delivery: Delivery, progress: Progress) {
    this.#handle = handle;
    this.path = path;
    this.#asked = asked;
    this.#delivery = delivery;
    this.#progress = progress;
  }

  /**
   * Brings the lines that have come to their end since the last time.
   * @param isSettled whether the file hasn't changed for a while: what is shorter than it was is no copy under way
   * @param isFinished whether nobody writes to it any more: its last line needs no end
   * @throws UnreadableFileError where its format isn't known, or a site is missing; what the delivery throws
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
      const { at, isInside, print } = content.place;
      const bytes = await this.#read(Math.max(0, at - PRINT_BYTES), CHUNK_BYTES);
      const before = bytes.subarray(0, Math.min(at, PRINT_BYTES));
      // What was read is of the log that it was before only if that is still there after the read.
      if (printOf(before) !== print || (await this.#identity(isFinished)) !== content.identity) {
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
      content.place = { ...next, print: printOf(bytes.subarray(Math.max(0, end - PRINT_BYTES), end)) };
      this.#progress.set(identity, content.place);
    }
  }

  /** How the file is, whatever it is called. */
  async stat(): Promise<{ size: number; changedMs: number; isRemoved: boolean }> {
    const { size, mtimeMs, nlink } = await this.#handle.stat({ bigint: true });
    return { size: Number(size), changedMs: Number(mtimeMs), isRemoved: nlink === 0n };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** Finds out what the file holds; undefined while that can't be told. */
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
    // A copy that is being made comes to where the log was left.
    if (known.at > size && !isSettled) return undefined;
    const isThere = known.at <= size && (await this.#printAt(known.at)) === known.print;
    return { identity, format: checkFormat(this.path, format, this.#asked), place: isThere ? known : START };
  }

  async #identity(isFinished: boolean): Promise<string | undefined> {
    return identityOf(await this.#read(0, LONGEST_LINE), isFinished);
  }

  async #printAt(at: number): Promise<string> {
    const from = Math.max(0, at - PRINT_BYTES);
    return printOf(await this.#read(from, at - from));
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
