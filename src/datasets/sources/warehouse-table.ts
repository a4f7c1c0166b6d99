import { createHash } from 'node:crypto';
import type { Rows } from '../../core/metric/table.ts';
import { UnreadableFileError } from '../../load/bad-row.ts';
import type { ForeignTable } from '../../warehouses/foreign-table.ts';
import type { RecordSink, RowSource } from './row-source.ts';
import { rowsOfRecords } from './typed-records.ts';

/** A table of the warehouse that another program writes. */
export class WarehouseTable implements RowSource {
  readonly unit = 'row';
  readonly hasTypes = true;
  readonly label: string;
  readonly #table: ForeignTable;

  constructor(name: string, table: ForeignTable) {
    this.label = name;
    this.#table = table;
  }

  async columns(signal: AbortSignal): Promise<readonly string[]> {
    const columns = await this.#table.columns(signal);
    if (columns) return columns;
    throw new UnreadableFileError(this.label, "is not a table of the warehouse, or is one of Kraken's own");
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

  rows(sink: RecordSink, signal: AbortSignal): AsyncIterable<Rows> {
    return rowsOfRecords(sink, this.label, (names) => this.#table.rows(names, signal));
  }
}
