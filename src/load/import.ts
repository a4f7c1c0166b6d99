import { EMPTY_STATE } from '../core/time/table-state.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Rows } from '../core/metric/table.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { BadRowError } from './bad-row.ts';
import { Claims } from './claims.ts';
import { withLease, type Writer } from './lease.ts';
import type { OnProgress } from './progress.ts';
import { type Published, publish } from './publish.ts';
import { readFiles, type Reading } from './read-files.ts';
import { RepeatedRowsError, RowFiles } from './repeated-rows.ts';
import { type DateRange, removalsOf, type Selection, SelectionError } from './selection.ts';
import type { Repeats } from '../warehouses/warehouse.ts';
import { sizeOf } from './source.ts';

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
  /** What is stored of this is removed first. */
  readonly replace?: Selection;
  readonly onProgress?: OnProgress;
}

export interface ImportReport {
  /** Rows read, those skipped left out. */
  readonly rows: number;
  readonly skipped: readonly BadRowError[];
  /** How many rows came twice or more, all alike: one of each is kept. */
  readonly repeated: number;
  /** The partitions that are not as before; empty when all was there. */
  readonly changed: readonly string[];
  readonly published: Published | undefined;
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

/**
 * Imports files of one metric: all of them become visible at once, or nothing does. Publishing runs
 * even when the warehouse had all rows, so that it finishes what an import that was killed began.
 * @throws BadRowError, RepeatedRowsError, UnreadableFileError, SelectionError, LeaseHeldError, EngineError
 */
export async function importFiles(options: ImportOptions): Promise<ImportReport> {
  const { metric, files, warehouse, store, signal, onProgress } = options;
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

  async function* rows(): AsyncGenerator<Rows> {
    // Rates count from here: the first rows come when the first of them are read.
    onProgress?.({ phase: 'reading', rows: 0, bytes: 0, total });
    const onFile = (): void => {
      claims.begin();
      rowFiles.begin(given);
    };
    const skipBad = options.skipBad ?? 0;
    for await (const batch of readFiles({ metric, files, skipBad, reading, signal, onFile })) {
      claims.add(batch);
      given += batch.length;
      onProgress?.({ phase: 'reading', rows: reading.rows, bytes: reading.bytes, total });
      yield batch;
    }
    // Most likely whatever should have written them failed.
    if (options.replace && reading.rows === 0)
      throw new SelectionError('there are no rows to replace with: to remove what is stored, retract it');
  }

  return withLease(options, async () => {
    const started = performance.now();
    const state = (await warehouse.states(signal)).tables.get(table.name) ?? EMPTY_STATE;
    const remove = options.replace ? removalsOf(metric, options.replace, state) : [];
    const covers = () => claims.covers();
    const { changed } = await warehouse.write({ table, remove, rows: rows(), covers, onRepeats }, signal);
    const published =
      store && (await publish({ metric, warehouse, store, signal, ...(onProgress ? { onProgress } : {}) }));
    const seconds = (performance.now() - started) / 1000;
    const { rows: count, skipped } = reading;
    return { rows: count, repeated, skipped, changed, published, seconds, rowsPerSecond: count / seconds };
  });
}
