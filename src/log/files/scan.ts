import { readPart, type DiskFile } from '../../disk/disk.ts';
import { frameAt, type Frame } from './format.ts';

/** Bytes that are no frame: from where they start in the file. */
export interface Unreadable {
  readonly unreadableAt: number;
}

/** Frames that lie one after the other. */
export interface Frames {
  readonly frames: readonly Frame[];
  /** The offset in the file of the bytes that they are in. */
  readonly base: number;
}

/**
 * The frames of a segment in the order in which they lie there, some at a time. Whatever is no frame
 * is reported before the frames behind it.
 * @param from an offset at which a frame starts
 * @param chunkBytes how much is read at once
 */
export async function* scanFrames(
  file: DiskFile,
  tag: Buffer,
  from: number,
  chunkBytes: number,
): AsyncGenerator<Frames | Unreadable> {
  const end = await file.size();
  let bytes: Buffer = Buffer.alloc(0);
  /** The offset in the file of the first of these bytes. */
  let base = from;
  let at = 0;
  for (;;) {
    const frames: Frame[] = [];
    let found = frameAt(bytes, at, tag);
    for (; typeof found === 'object'; found = frameAt(bytes, at, tag)) {
      frames.push(found);
      at = found.end;
    }
    if (frames.length > 0) yield { frames, base };
    const here = base + at;
    if (found !== undefined && here + found <= end) {
      bytes = await readPart(file, here, Math.min(end - here, Math.max(found, chunkBytes)));
      [base, at] = [here, 0];
      // Somebody cuts the file at this moment.
      if (bytes.length < found) return;
      continue;
    }
    if (here >= end) return;
    yield { unreadableAt: here };
    // It is rare, and a segment is small enough: the rest is read at once.
    if (base + bytes.length < end) {
      bytes = await readPart(file, here, end - here);
      [base, at] = [here, 0];
    }
    const next = frameAfter(bytes, at + 1, tag);
    if (next === undefined) return;
    at = next;
  }
}

/** Where the next frame starts in some bytes. */
function frameAfter(bytes: Buffer, from: number, tag: Buffer): number | undefined {
  for (let at = bytes.indexOf(tag, from); at >= 0; at = bytes.indexOf(tag, at + 1)) {
    if (typeof frameAt(bytes, at, tag) === 'object') return at;
  }
  return undefined;
}
