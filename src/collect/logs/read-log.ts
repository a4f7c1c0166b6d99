import { open } from 'node:fs/promises';
import { contentOf, fileLabel, gather, packingOf, PACKING_BYTES, STDIN } from '../../load/source.ts';
import type { LineTaker } from './delivery.ts';
import { identityOf } from './identity.ts';
import { LineCutter } from './line-cutter.ts';
import type { LineSource } from './line-reader.ts';
import { checkFormat, firstLines, HEAD_BYTES, type Asked } from './log-head.ts';
import { PRINT_BYTES, printOf, START, type Place } from './progress.ts';

/** So many bytes are brought at once: the log makes them durable together. */
const BATCH_BYTES = 256 * 1024;

/** What was read of a log. */
export interface LogRead {
  readonly format: string;
  /** Its last line has no end, and was left: it may still be written. */
  readonly isTailLeft: boolean;
}

/**
 * Reads a log to its end: a file, plain or packed, or standard input (`-`).
 * @param placeOf tells by a log's identity how far it was collected before; from its beginning unless given
 * @returns undefined where it is empty
 * @throws UnreadableFileError; what `delivery` throws
 */
export async function readLog(
  file: string,
  asked: Asked,
  delivery: LineTaker,
  signal: AbortSignal,
  placeOf: (identity: string) => Place | undefined = () => undefined,
): Promise<LogRead | undefined> {
  // What is packed, or comes from a command, has come to its end when it ends.
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
    // It begins like the log that was collected, and is another.
    return readLog(file, asked, delivery, signal);
  }
}

/** @returns whether a last line was left that has no end */
async function deliverFrom(
  place: Place,
  content: AsyncIterable<Buffer>,
  source: LineSource,
  delivery: LineTaker,
  isFinished: boolean,
): Promise<boolean> {
  const cutter = new LineCutter(place.at, place.isInside);
  // While a batch is made durable, the next one is read.
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

/** What comes after a place. @throws OtherLogError where it is no place of this log */
async function* after({ at, print }: Place, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = at;
  let before: Buffer = Buffer.alloc(0);
  let isChecked = at === 0;
  for await (const chunk of content) {
    const skipped = chunk.subarray(0, left);
    left -= skipped.length;
    if (!isChecked) before = Buffer.concat([before, skipped.subarray(-PRINT_BYTES)]).subarray(-PRINT_BYTES);
    if (left > 0) continue;
    if (!isChecked && printOf(before) !== print) throw new OtherLogError();
    isChecked = true;
    if (skipped.length < chunk.length) yield chunk.subarray(skipped.length);
  }
  if (!isChecked) throw new OtherLogError();
}

/** @returns false where it can't be told: who reads it says why */
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
