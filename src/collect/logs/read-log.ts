import { open } from 'node:fs/promises';
import { contentOf, fileLabel, gather, packingOf, PACKING_BYTES, STDIN } from '../../load/source.ts';
import type { LineTaker } from './delivery.ts';
import { identityOf } from './identity.ts';
import { LineCutter } from './line-cutter.ts';
import type { LineSource } from './line-reader.ts';
import { checkFormat, firstLines, HEAD_BYTES, type Asked } from './log-head.ts';
import { DIGEST_BYTES, digestOf, START, type Place } from './progress.ts';

/** How many bytes are delivered at once. The event log makes them durable together. */
const BATCH_BYTES = 256 * 1024;

/** The part of a log that was read. */
export interface LogRead {
  readonly format: string;
  /** Whether the last line was left because it has no end and may still be written. */
  readonly isTailLeft: boolean;
}

/**
 * Reads a log to its end: a file, plain or packed, or standard input (`-`).
 * @param placeOf returns how far a log was collected before, by its identity; the beginning by default
 * @returns undefined if the log is empty
 * @throws UnreadableFileError, and the errors of `delivery`
 */
export async function readLog(
  file: string,
  asked: Asked,
  delivery: LineTaker,
  signal: AbortSignal,
  placeOf: (identity: string) => Place | undefined = () => undefined,
): Promise<LogRead | undefined> {
  // Nobody writes to a packed file or to a finished pipe any more.
  const isFinished = asked.isWhole === true || file === STDIN || (await isPacked(file));
  let head: Buffer = Buffer.alloc(0);
  const { all } = await gather(
    contentOf(file, signal, () => {}),
    (chunk) => {
      head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
      return identityOf(head) !== undefined && firstLines(head, asked).isEnough;
    },
  );
  const identity = identityOf(head, isFinished);
  if (identity === undefined) return undefined;
  const label = fileLabel(file);
  const format = checkFormat(label, firstLines(head, asked, isFinished).format, asked);
  const source: LineSource = { label, identity, format, site: asked.site };
  try {
    const place = placeOf(identity) ?? START;
    const isTailLeft = await deliverFrom(place, all, source, delivery, isFinished);
    return { format: format.name, isTailLeft };
  } catch (error) {
    if (!(error instanceof OtherLogError)) throw error;
    // It is another log that begins like the collected one.
    return readLog(file, asked, delivery, signal);
  }
}

/** @returns whether an incomplete last line was left */
async function deliverFrom(
  place: Place,
  content: AsyncIterable<Buffer>,
  source: LineSource,
  delivery: LineTaker,
  isFinished: boolean,
): Promise<boolean> {
  const cutter = new LineCutter(place.at, place.isInside);
  // The next batch is read while one is made durable.
  let under: Promise<void> = Promise.resolve();
  for await (const chunk of after(place, content)) {
    for (let at = 0; at < chunk.length; at += BATCH_BYTES) {
      const lines = cutter.push(chunk.subarray(at, at + BATCH_BYTES));
      await under;
      under = delivery.deliver(lines, source);
      under.catch(() => {});
    }
  }
  await under;
  const last = isFinished ? cutter.end() : undefined;
  if (last) await delivery.deliver([last], source);
  return cutter.hasRest;
}

class OtherLogError extends Error {}

/** Yields the content after a place. @throws OtherLogError if it is not a place of this log */
async function* after({ at, digest }: Place, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = at;
  let before: Buffer = Buffer.alloc(0);
  let isChecked = at === 0;
  for await (const chunk of content) {
    const skipped = chunk.subarray(0, left);
    left -= skipped.length;
    if (!isChecked) before = Buffer.concat([before, skipped.subarray(-DIGEST_BYTES)]).subarray(-DIGEST_BYTES);
    if (left > 0) continue;
    if (!isChecked && digestOf(before) !== digest) throw new OtherLogError();
    isChecked = true;
    if (skipped.length < chunk.length) yield chunk.subarray(skipped.length);
  }
  if (!isChecked) throw new OtherLogError();
}

/** @returns false also if that is unknown; reading then reports the reason */
export async function isPacked(file: string): Promise<boolean> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(PACKING_BYTES), 0, PACKING_BYTES, 0);
      return packingOf(buffer.subarray(0, bytesRead)) !== undefined;
    } finally {
      await handle.close();
    }
  } catch {
    return false;
  }
}
