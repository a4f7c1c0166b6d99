import { readPart, type DiskFile } from '../../disk/disk.ts';
import { frameAt, type Frame } from './format.ts';

/** Bytes that don't form a frame: the offset in the file where they start. */
export interface Unreadable {
  readonly unreadableAt: number;
}

/** Frames that lie one after the other. */
export interface Frames {
  readonly frames: readonly Frame[];
  /** The offset in the file of the buffer that holds the frames. */
  readonly base: number;
}

/**
 * Yields the frames of a segment in the order in which they lie there, several at a time. Bytes that don't
 * form a frame are reported before the frames after them.
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
  /** The offset in the file of the buffer's first byte. */
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
      // The file is being truncated by a writer right now.
      if (bytes.length < found) return;
      continue;
    }
    if (here >= end) return;
    yield { unreadableAt: here };
    // Damage is rare and a segment is small: the rest is read at once.
    if (base + bytes.length < end) {
      bytes = await readPart(file, here, end - here);
      [base, at] = [here, 0];
    }
    const next = frameAfter(bytes, at + 1, tag);
    if (next === undefined) return;
    at = next;
  }
}

/** Returns the offset of the next frame in a buffer. */
function frameAfter(bytes: Buffer, from: number, tag: Buffer): number | undefined {
  for (let at = bytes.indexOf(tag, from); at >= 0; at = bytes.indexOf(tag, at + 1)) {
    if (typeof frameAt(bytes, at, tag) === 'object') return at;
  }
  return undefined;
}
