import { EMPTY_STATE } from '../core/time/table-state.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Rows } from '../core/metric/table.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { BadRowError } from './bad-row.ts';
import { Claims } from './claims.ts';
import { withLease, type Writer } from './lease.ts';
import { assertNoOwnTraffic } from './one-source.ts';
import type { OnProgress } from './progress.ts';
import { type Published, publish } from './publish.ts';
import { fileReader, type Reading } from './read-files.ts';
import { RepeatedRowsError, RowFiles } from './repeated-rows.ts';
import { type DateRange, removalsOf, type Selection, SelectionError } from './selection.ts';
import type { FileRows } from '../warehouses/file-rows.ts';
import type { Repeats } from '../warehouses/warehouse.ts';
import { sizeOf } from './source.ts';
import { wholeFile } from './whole-file.ts';

export interface ImportOptions extends Writer {
  readonly metric: Metric;
  /** Paths; `-` is standard input. */
  readonly files: readonly string[];
  /** How many bad rows may be left out; 0 by default. */
  readonly skipBad?: number;
  /** Each file holds everything of its scopes, from the first period of each to its last. */
  readonly complete?: boolean;
  /** The files hold everything of their scopes in these dates. */
  readonly covers?: DateRange;
  /** The stored rows of this selection are removed first. */
  readonly replace?: Selection;
  /** Why served numbers change, in the caller's words, for the record of corrections. */
  readonly note?: string;
  readonly onProgress?: OnProgress;
}

export interface ImportReport {
  /** The number of rows read, without skipped ones. */
  readonly rows: number;
  readonly skipped: readonly BadRowError[];
  /** The number of rows dropped because an equal row exists. */
  readonly repeated: number;
  /** The partitions that changed; empty when all rows were there already. */
  readonly changed: readonly string[];
  readonly published: Published | undefined;
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

/**
 * Imports files of one metric: all rows become visible at once, or none do. Publishing runs even when the
 * warehouse had all rows, so that it finishes an import that was killed.
 * @throws BadRowError, RepeatedRowsError, UnreadableFileError, SelectionError, OtherSourceError, LeaseHeldError,
 *   EngineError
 */
export async function importFiles(options: ImportOptions): Promise<ImportReport> {
  const { metric, files, warehouse, store, signal, onProgress, clock } = options;
  const total = await sizeOf(files);
  const table = tableOf(metric);
  const reading: Reading = { rows: 0, bytes: 0, skipped: [] };
  const claims = new Claims(metric, options.complete ?? false, options.covers);

  const rowFiles = new RowFiles(files);
  let given = 0;
  let repeated = 0;
  const onRepeats = (repeats: Repeats): void => {
    if (repeats.differing > 0) throw new RepeatedRowsError(repeats, (row) => rowFiles.of(row));
    repeated = repeats.rows;
  };

  async function* rows(): AsyncGenerator<Rows | FileRows> {
    // Rates count from here, because opening the files and waiting for the lease take time of their own.
    onProgress?.({ phase: 'reading', rows: 0, bytes: 0, total });
    const report = (): void =>
      onProgress?.({ phase: 'reading', rows: reading.rows, bytes: reading.bytes, total });
    const reader = fileReader({ metric, skipBad: options.skipBad ?? 0, reading, signal });
    for (const file of files) {
      claims.begin();
      rowFiles.begin(given);
      const whole = await wholeFile(metric, file, signal);
      if (whole) {
        claims.add(whole.distinct);
        given += whole.rows.length;
        reading.rows += whole.rows.length;
        reading.bytes += (await sizeOf([file])) ?? 0;
        yield whole.rows;
        report();
        continue;
      }
      for await (const batch of reader.read(file)) {
        claims.add(batch);
        given += batch.length;
        report();
        yield batch;
      }
    }
    // An empty file most likely means that its export failed, so nothing is removed for it.
    if (options.replace && reading.rows === 0)
      throw new SelectionError(
        'there are no rows to replace the stored ones with; to remove stored rows, use kraken retract',
      );
  }

  return withLease(options, async () => {
    const started = performance.now();
    const state = (await warehouse.states(signal)).tables.get(table.name) ?? EMPTY_STATE;
    const remove = options.replace ? removalsOf(metric, options.replace, state) : [];
    const covers = () => {
      const claimed = claims.covers();
      assertNoOwnTraffic(state, claimed);
      return claimed;
    };
    const why = { cause: 'import', ...(options.note ? { note: options.note } : {}) } as const;
    const { changed } = await warehouse.write(
      { table, remove, rows: rows(), covers, onRepeats, why },
      signal,
    );
    const published =
      store &&
      (await publish({
        metric,
        warehouse,
        store,
        signal,
        ...(onProgress ? { onProgress } : {}),
        ...(clock ? { clock } : {}),
      }));
    const seconds = (performance.now() - started) / 1000;
    const { rows: count, skipped } = reading;
    return { rows: count, repeated, skipped, changed, published, seconds, rowsPerSecond: count / seconds };
  });
}
