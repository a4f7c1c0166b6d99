import type { NamePlace } from '../series-store.ts';
import type { TableKeys } from './keys.ts';

/** The key at or after a place, in one direction or the other. */
export type NextKey = (start: Uint8Array, reverse: boolean) => Uint8Array | undefined;

/** Of names of each length, so many on each side. */
const EACH = 4;
/** A name may be so much shorter or longer, in bytes. */
const OTHER = 2;
/** A name that begins with a text may be so much longer than that, in bytes. */
const LONGER = 40;
/** How long the periods are that rows end in: `M` to `H202403`. */
const PERIOD = { least: 1, most: 7 };

/**
 * The names next to one. Keys are sorted by their row's length first, so that each length is looked
 * at by itself; a step is one seek, over all cells of a name.
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
  const least = prefix.length + Math.max(1, wanted.length - OTHER) + 1 + rest + PERIOD.least;
  const most = prefix.length + wanted.length + OTHER + 1 + rest + PERIOD.most;
  for (let length = least; length <= most; length++) {
    const all = keys.beginning(length, prefix);
    for (const reverse of [false, true]) {
      let start = keys.beginning(length, Buffer.concat([prefix, wanted]));
      for (let n = 0; n < EACH && start && all; n++) {
        const key = next(start, reverse);
        if (!key || Buffer.compare(key.subarray(0, all.length), all) !== 0) break;
        const { row } = keys.parse(key);
        const own = row.subarray(prefix.length, row.indexOf(0, prefix.length));
        found.add(Buffer.from(own).toString());
        // Past all rows of this name.
        start = keys.beginning(length, Buffer.concat([prefix, own, Buffer.of(reverse ? 0 : 1)]));
      }
    }
  }
  if (begins === undefined) return [...found];
  const start = Buffer.from(before + begins);
  const shortest = start.length + 1 + rest + PERIOD.least;
  for (let length = shortest; length <= shortest + LONGER; length++) {
    const all = keys.beginning(length, start);
    const key = all && next(all, false);
    if (!key || Buffer.compare(key.subarray(0, all.length), all) !== 0) continue;
    const { row } = keys.parse(key);
    found.add(Buffer.from(row.subarray(prefix.length, row.indexOf(0, prefix.length))).toString());
  }
  return [...found];
}
