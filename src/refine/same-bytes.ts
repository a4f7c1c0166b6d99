import { type Disk, readPart } from '../disk/disk.ts';

const PART = 1 << 20;

/** Whether two files have the same content. */
export async function haveSameBytes(disk: Disk, one: string, other: string): Promise<boolean> {
  const a = await disk.open(one, 'r');
  try {
    const b = await disk.open(other, 'r');
    try {
      const size = await a.size();
      if (size !== (await b.size())) return false;
      for (let at = 0; at < size; at += PART) {
        const [left, right] = await Promise.all([readPart(a, at, PART), readPart(b, at, PART)]);
        if (!left.equals(right)) return false;
      }
      return true;
    } finally {
      await b.close();
    }
  } finally {
    await a.close();
  }
}
