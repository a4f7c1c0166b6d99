import type { Gap, Rows, Table } from '../core/metric/table.ts';
import type { Grain, Ordinal } from '../core/time/time.ts';

/** Collects rows by column until they fill a batch. */
export class RowsBuilder {
  readonly #table: Table;
  grains: Grain[] = [];
  ordinals: Ordinal[] = [];
  dimensions: string[][];
  entry: string[][];
  ranks: (number | null)[] = [];
  measures: number[][];
  gaps: Gap[] = [];

  constructor(table: Table) {
    this.#table = table;
    this.dimensions = table.dimensions.map(() => []);
    this.entry = table.entry.map(() => []);
    this.measures = table.measures.map(() => []);
  }

  get length(): number {
    return this.ordinals.length;
  }

  /** The number of rows and gaps. */
  get held(): number {
    return this.length + this.gaps.length;
  }

  /** Drops the rows after the first `length`, even half-written ones. They belong to a bad item. */
  truncate(length: number): void {
    const columns = [
      this.grains,
      this.ordinals,
      this.ranks,
      ...this.dimensions,
      ...this.entry,
      ...this.measures,
    ];
    for (const column of columns) column.length = Math.min(column.length, length);
  }

  /** Keeps only the rows that `isKept` accepts. */
  keep(isKept: (values: readonly string[], measures: readonly number[]) => boolean): void {
    const texts = [...this.dimensions, ...this.entry];
    let kept = 0;
    for (let i = 0; i < this.length; i++) {
      const values = texts.map((column) => column[i] as string);
      const numbers = this.measures.map((column) => column[i] as number);
      if (isKept(values, numbers)) this.#move(i, kept++);
    }
    this.truncate(kept);
  }

  #move(from: number, to: number): void {
    this.grains[to] = this.grains[from] as Grain;
    this.ordinals[to] = this.ordinals[from] as Ordinal;
    if (this.#table.ranking) this.ranks[to] = this.ranks[from] as number | null;
    for (const column of [...this.dimensions, ...this.entry]) column[to] = column[from] as string;
    for (const column of this.measures) column[to] = column[from] as number;
  }

  /** Returns the rows collected since the last call. */
  take(): Rows {
    const grain = this.grains[0];
    const rows: Rows = {
      length: this.ordinals.length,
      grain: grain !== undefined && this.grains.every((other) => other === grain) ? grain : this.grains,
      ordinals: this.ordinals,
      dimensions: this.dimensions,
      entry: this.entry,
      ...(this.#table.ranking ? { ranks: this.ranks } : {}),
      measures: this.measures,
      ...(this.gaps.length > 0 ? { gaps: this.gaps } : {}),
    };
    this.gaps = [];
    this.grains = [];
    this.ordinals = [];
    this.ranks = [];
    this.dimensions = this.#table.dimensions.map(() => []);
    this.entry = this.#table.entry.map(() => []);
    this.measures = this.#table.measures.map(() => []);
    return rows;
  }
}

export function grainAt(rows: Rows, i: number): Grain {
  return typeof rows.grain === 'string' ? rows.grain : (rows.grain[i] as Grain);
}
