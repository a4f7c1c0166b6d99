import type { NamePlace } from '../series-store.ts';
import type { TableKeys } from './keys.ts';

/** Returns the key at or after a place, in either direction. */
export type NextKey = (start: Uint8Array, reverse: boolean) => Uint8Array | undefined;

/** The maximum number of names of each length that are read in each direction. */
const NAMES_PER_SIDE = 4;
/** The maximum difference in length between names, in bytes. */
const MAX_LENGTH_DIFFERENCE = 2;
/** The maximum number of bytes by which a name may exceed the text that it begins with. */
const MAX_EXTENSION = 40;
/** The length of the periods at the end of rows, in bytes: `M` to `H202403`. */
const PERIOD = { min: 1, max: 7 };

/**
 * Finds the names next to one. Keys are sorted by their row's length first, so that each length is searched
 * by itself. Each step is one seek past all cells of a name.
 */
export function namesNear(
  keys: TableKeys,
  { before, name, begins, after }: NamePlace,
  next: NextKey,
): string[] {
  const prefix = Buffer.from(before);
  const wanted = Buffer.from(name);
  const rest = Buffer.byteLength(after);
  const found = new Set<string>();
  const shortestRow =
    prefix.length + Math.max(1, wanted.length - MAX_LENGTH_DIFFERENCE) + 1 + rest + PERIOD.min;
  const longestRow = prefix.length + wanted.length + MAX_LENGTH_DIFFERENCE + 1 + rest + PERIOD.max;
  for (let length = shortestRow; length <= longestRow; length++) {
    const all = keys.beginning(length, prefix);
    for (const reverse of [false, true]) {
      let start = keys.beginning(length, Buffer.concat([prefix, wanted]));
      for (let n = 0; n < NAMES_PER_SIDE && start && all; n++) {
        const key = next(start, reverse);
        if (!key || Buffer.compare(key.subarray(0, all.length), all) !== 0) break;
        const { row } = keys.parse(key);
        const own = row.subarray(prefix.length, row.indexOf(0, prefix.length));
        found.add(Buffer.from(own).toString());
        // Skips all rows of this name.
        start = keys.beginning(length, Buffer.concat([prefix, own, Buffer.of(reverse ? 0 : 1)]));
      }
    }
  }
  if (begins === undefined) return [...found];
  const start = Buffer.from(before + begins);
  const shortest = start.length + 1 + rest + PERIOD.min;
  for (let length = shortest; length <= shortest + MAX_EXTENSION; length++) {
    const all = keys.beginning(length, start);
    const key = all && next(all, false);
    if (!key || Buffer.compare(key.subarray(0, all.length), all) !== 0) continue;
    const { row } = keys.parse(key);
    found.add(Buffer.from(row.subarray(prefix.length, row.indexOf(0, prefix.length))).toString());
  }
  return [...found];
}
