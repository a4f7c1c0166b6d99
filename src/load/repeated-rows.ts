import type { RepeatedRow, Repeats } from '../warehouses/warehouse.ts';
import { fileLabel } from './source.ts';

/** Rows of one import that have the same key and differ: only their owner knows which of them is right. */
export class RepeatedRowsError extends Error {
  /** @param fileOf tells the file of a row, by its place among all rows */
  constructor({ differing, example }: Repeats, fileOf: (row: number) => string) {
    const key = [...example.key].map(([name, value]) => `${name} ${value}`).join(', ');
    const names = [...example.first.values.keys()].filter(
      (name) => example.first.values.get(name) !== example.last.values.get(name),
    );
    const side = ({ row, values }: RepeatedRow): string =>
      `${names.map((name) => `${name} ${values.get(name) ?? 'unknown'}`).join(', ')} in ${fileOf(row)}`;
    const more = differing > 1 ? ` (and ${differing - 1} more like them)` : '';
    super(
      `two rows of ${key} differ: ${side(example.first)}, then ${side(example.last)}${more}. ` +
        'Leave out the one that is wrong; or, where a later file corrects an earlier one, import them one after the other: nothing was imported',
    );
    this.name = 'RepeatedRowsError';
  }
}

/** Remembers which rows are of which file. */
export class RowFiles {
  readonly #files: readonly string[];
  readonly #starts: number[] = [];

  constructor(files: readonly string[]) {
    this.#files = files;
  }

  /** The rows from this one on are of the next file. */
  begin(row: number): void {
    this.#starts.push(row);
  }

  /** A file's name for messages. */
  of(row: number): string {
    const place = this.#starts.findLastIndex((start) => start <= row);
    return fileLabel(this.#files[place] ?? '');
  }
}
