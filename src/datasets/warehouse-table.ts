import { createHash } from 'node:crypto';
import type { Rows } from '../core/metric/table.ts';
import { UnreadableFileError } from '../load/bad-row.ts';
import type { ForeignTable } from '../warehouses/foreign-table.ts';
import type { Mapped } from './file-metric.ts';
import { rowsOfTexts } from './records.ts';
import type { RowSource } from './source-file.ts';

/** A table of the warehouse that another program writes. */
export class WarehouseTable implements RowSource {
  readonly #name: string;
  readonly #table: ForeignTable;

  constructor(name: string, table: ForeignTable) {
    this.#name = name;
    this.#table = table;
  }

  async columns(signal: AbortSignal): Promise<readonly string[]> {
    const columns = await this.#table.columns(signal);
    if (columns) return columns;
    throw new UnreadableFileError(this.#name, "is not a table of the warehouse, or is one of Kraken's own");
  }

  async digest(signal: AbortSignal): Promise<string> {
    const digest = await this.#table.digest(signal);
    if (digest !== undefined) return digest;
    const hash = createHash('sha256');
    const columns = await this.columns(signal);
    for await (const batch of this.#table.rows(columns, signal))
      for (const row of batch) hash.update(JSON.stringify(row));
    return hash.digest('hex');
  }

  rows(mapped: Mapped, signal: AbortSignal): AsyncIterable<Rows> {
    return rowsOfTexts(mapped, this.#name, (names) => this.#table.rows(names, signal));
  }
}
