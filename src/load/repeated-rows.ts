import type { RepeatedRow, Repeats } from '../warehouses/warehouse.ts';
import { fileLabel } from './source.ts';

/** Two rows of one import have the same key and differ. Only their owner knows which one is right. */
export class RepeatedRowsError extends Error {
  /** @param fileOf returns the file of a row by its place among all rows */
  constructor({ differing, example }: Repeats, fileOf: (row: number) => string) {
    const key = [...example.key].map(([name, value]) => `${name} ${value}`).join(', ');
    const names = [...example.first.values.keys()].filter(
      (name) => example.first.values.get(name) !== example.last.values.get(name),
    );
    const side = ({ row, values }: RepeatedRow): string =>
      `${names.map((name) => `${name} ${values.get(name) ?? 'unknown'}`).join(', ')} in ${fileOf(row)}`;
    const more = differing > 1 ? ` (and ${differing - 1} more like them)` : '';
    super(
      `two rows for ${key} differ: ${side(example.first)}, then ${side(example.last)}${more}. ` +
        'Nothing was imported. Remove the wrong one; or, if a later file corrects an earlier one, import the files one after the other',
    );
    this.name = 'RepeatedRowsError';
  }
}

/** Remembers which rows belong to which file. */
export class RowFiles {
  readonly #files: readonly string[];
  readonly #starts: number[] = [];

  constructor(files: readonly string[]) {
    this.#files = files;
  }

  /** Starts the next file at this row. */
  begin(row: number): void {
    this.#starts.push(row);
  }

  /** Returns the name of a row's file, for messages. */
  of(row: number): string {
    const place = this.#starts.findLastIndex((start) => start <= row);
    return fileLabel(this.#files[place] ?? '');
  }
}
