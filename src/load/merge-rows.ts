import type { Rows, Table } from '../core/metric/table.ts';
import { compareUtf8 } from '../core/value/utf8-order.ts';
import { grainAt, RowsBuilder } from './rows-builder.ts';

const BATCH_ROWS = 8192;

/**
 * Merges rows of one grain from two sources, both in the warehouse's order of dimensions and period. If two
 * rows have the same series and period, the row of the preferred source stays.
 */
export async function* mergeRows(
  table: Table,
  preferred: AsyncIterable<Rows>,
  other: AsyncIterable<Rows>,
): AsyncGenerator<Rows> {
  const a = new Cursor(preferred);
  const b = new Cursor(other);
  const merged = new RowsBuilder(table);
  try {
    await a.load();
    await b.load();
    while (!a.done || !b.done) {
      const order = a.done ? 1 : b.done ? -1 : compare(a, b);
      (order <= 0 ? a : b).copyTo(merged);
      if (order <= 0) a.at++;
      if (order >= 0) b.at++;
      if (a.exhausted) await a.load();
      if (b.exhausted) await b.load();
      if (merged.length >= BATCH_ROWS) yield merged.take();
    }
    if (merged.length > 0) yield merged.take();
  } finally {
    await a.close();
    await b.close();
  }
}

/** A position in a stream of rows. */
class Cursor {
  readonly #batches: AsyncIterator<Rows>;
  rows: Rows | undefined;
  at = 0;
  done = false;

  constructor(batches: AsyncIterable<Rows>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  get exhausted(): boolean {
    return !this.done && this.at >= (this.rows?.length ?? 0);
  }

  async load(): Promise<void> {
    do {
      const next = await this.#batches.next();
      this.done = next.done === true;
      this.rows = next.done ? undefined : next.value;
      this.at = 0;
    } while (this.exhausted);
  }

  copyTo(target: RowsBuilder): void {
    const rows = this.rows as Rows;
    target.grains.push(grainAt(rows, this.at));
    target.ordinals.push(rows.ordinals[this.at]!);
    for (const [i, column] of rows.dimensions.entries()) target.dimensions[i]!.push(column[this.at]!);
    for (const [i, column] of rows.measures.entries()) target.measures[i]!.push(column[this.at]!);
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}

function compare(a: Cursor, b: Cursor): number {
  const left = a.rows as Rows;
  const right = b.rows as Rows;
  for (let i = 0; i < left.dimensions.length; i++) {
    const order = compareUtf8(left.dimensions[i]![a.at]!, right.dimensions[i]![b.at]!);
    if (order !== 0) return order;
  }
  return left.ordinals[a.at]! - right.ordinals[b.at]!;
}
