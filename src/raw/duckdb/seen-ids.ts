import type { Ordinal } from '../../core/time/time.ts';
import { IdFilter } from './id-filter.ts';

/** Gives the hashes of the ids in some files, in batches, as low and high halves. */
export type HashesOf = (
  paths: readonly string[],
) => AsyncIterable<{ readonly low: readonly number[]; readonly high: readonly number[] }>;

interface HourIds {
  /** The files whose ids are in the filters, and those that hold no other ids than they do. */
  readonly paths: Set<string>;
  readonly filters: IdFilter[];
}

/**
 * Which ids an hour of a table may have, in bounded memory: of hours for which there is no room
 * nothing is known, and every id may be there.
 */
export class SeenIds {
  readonly #hours = new Map<Ordinal, HourIds>();
  readonly #hashesOf: HashesOf;
  readonly #maxBytes: () => number;

  constructor(hashesOf: HashesOf, maxBytes: () => number) {
    this.#hashesOf = hashesOf;
    this.#maxBytes = maxBytes;
  }

  /**
   * Brings what is known of an hour up to its files.
   * @returns the filters of which at least one has each id of the hour; undefined where anything may be there
   */
  async of(hour: Ordinal, files: readonly string[]): Promise<readonly IdFilter[] | undefined> {
    const known = this.#hours.get(hour) ?? { paths: new Set<string>(), filters: [] };
    const missing = files.filter((path) => !known.paths.has(path));
    if (missing.length > 0) {
      for await (const { low, high } of this.#hashesOf(missing)) this.#add(known, low, high);
      for (const path of missing) known.paths.add(path);
    }
    for (const path of known.paths) if (!files.includes(path)) known.paths.delete(path);
    this.#hours.delete(hour);
    this.#hours.set(hour, known);
    this.#makeRoom();
    return this.#hours.has(hour) ? known.filters : undefined;
  }

  /** A file holds what others held: its ids needn't be read. */
  renamed(from: readonly string[], to: string): void {
    for (const { paths } of this.#hours.values()) {
      if (from.every((path) => paths.has(path))) paths.add(to);
    }
  }

  #add({ filters }: HourIds, low: readonly number[], high: readonly number[]): void {
    for (let index = 0; index < low.length; index++) {
      let filter = filters.at(-1);
      if (!filter || filter.size >= filter.capacity) {
        filter = new IdFilter(filter ? filter.capacity * 4 : 16_384);
        filters.push(filter);
      }
      filter.add(low[index] as number, high[index] as number);
    }
  }

  /** Forgets the hours that nobody asked for the longest. */
  #makeRoom(): void {
    const sizeOf = ({ filters }: HourIds): number => filters.reduce((sum, { bytes }) => sum + bytes, 0);
    let bytes = [...this.#hours.values()].reduce((sum, hour) => sum + sizeOf(hour), 0);
    for (const [hour, ids] of this.#hours) {
      if (bytes <= this.#maxBytes()) return;
      bytes -= sizeOf(ids);
      this.#hours.delete(hour);
    }
  }
}
