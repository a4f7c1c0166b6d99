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
/** The number of periods that are searched: the last one of each letter (`D`, `H`, `M`), then those before. */
const PERIODS = 3;
/** The number of periods of a letter that may be among them. */
const PER_LETTER = 2;

/**
 * Finds the names next to one: in the last years of days, the last months of hours, and all months. In a period,
 * keys are sorted by their row's length first, so that each length is searched by itself. Each step is one seek
 * past all cells of a name.
 */
export function namesNear(keys: TableKeys, place: NamePlace, next: NextKey): string[] {
  const found = new Set<string>();
  for (const period of lastPeriods(keys, next)) {
    for (const name of besideName(keys, period, place, next)) found.add(name);
    for (const name of begunByName(keys, period, place, next)) found.add(name);
  }
  return [...found];
}

function lastPeriods(keys: TableKeys, next: NextKey): Uint8Array[] {
  /** The last periods of the letters, then those before. */
  const byAge: Uint8Array[][] = [];
  let { end } = keys.beginningWith(new Uint8Array());
  for (let letters = 0; letters < PERIODS; letters++) {
    let letter: Uint8Array = new Uint8Array();
    for (let age = 0; age < PER_LETTER; age++) {
      const key = next(end, true);
      const period = key && keys.parse(key)?.period;
      if (!period || (age > 0 && period[0] !== letter[0])) break;
      (byAge[age] ??= []).push(period);
      letter = period.subarray(0, 1);
      end = keys.of(period).start;
    }
    end = keys.beginningWith(letter).start;
  }
  return byAge.flat().slice(0, PERIODS);
}

/** Finds the names of nearly the same length that come before and after the name. */
function* besideName(
  keys: TableKeys,
  period: Uint8Array,
  { before, name, after }: NamePlace,
  next: NextKey,
): Generator<string> {
  const prefix = Buffer.from(before);
  const wanted = Buffer.from(name);
  const rest = prefix.length + 1 + Buffer.byteLength(after);
  const shortest = Math.max(1, wanted.length - MAX_LENGTH_DIFFERENCE);
  for (let letters = shortest; letters <= wanted.length + MAX_LENGTH_DIFFERENCE; letters++) {
    const length = rest + letters;
    const all = keys.beginning(period, length, prefix);
    for (const reverse of [false, true]) {
      let start = keys.beginning(period, length, Buffer.concat([prefix, wanted]));
      for (let n = 0; n < NAMES_PER_SIDE && start && all; n++) {
        const row = rowBeginning(all, next(start, reverse), keys);
        if (!row) break;
        const own = nameIn(row, prefix.length);
        yield own.toString();
        // Skips all cells of this name.
        start = keys.beginning(period, length, Buffer.concat([prefix, own, Buffer.of(reverse ? 0 : 1)]));
      }
    }
  }
}

/** Finds longer names that begin with a text. */
function* begunByName(
  keys: TableKeys,
  period: Uint8Array,
  { before, begins, after }: NamePlace,
  next: NextKey,
): Generator<string> {
  if (begins === undefined) return;
  const start = Buffer.from(before + begins);
  const shortest = start.length + 1 + Buffer.byteLength(after);
  for (let length = shortest; length <= shortest + MAX_EXTENSION; length++) {
    const all = keys.beginning(period, length, start);
    const row = all && rowBeginning(all, next(all, false), keys);
    if (row) yield nameIn(row, Buffer.byteLength(before)).toString();
  }
}

/** Returns the row of a key that begins like this; undefined if it doesn't. */
function rowBeginning(all: Uint8Array, key: Uint8Array | undefined, keys: TableKeys): Uint8Array | undefined {
  if (!key || Buffer.compare(key.subarray(0, all.length), all) !== 0) return undefined;
  return keys.parse(key)?.row;
}

function nameIn(row: Uint8Array, at: number): Buffer {
  return Buffer.from(row.subarray(at, row.indexOf(0, at)));
}
