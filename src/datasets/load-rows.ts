import { cover, type Coverage } from '../core/time/coverage.ts';
import { EMPTY_STATE, type TableState } from '../core/time/table-state.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { Grain } from '../core/time/time.ts';
import { Claims } from '../load/claims.ts';
import type { Writer } from '../load/lease.ts';
import { replaceRows } from '../load/replace.ts';
import type { BuildOptions } from './built.ts';
import { asMistakes } from './prepare.ts';

/**
 * Returns a loader that writes missing rows of data sets to the warehouse. Nothing is published to the series store.
 * @param changed called for each data set whose rows were written
 */
export function intoWarehouse(
  writer: Pick<Writer, 'warehouse' | 'holder' | 'waitMs'>,
  changed: (dataset: string) => void,
): BuildOptions['load'] {
  return async ({ metric, load, written }, signal) => {
    if (!load) return;
    try {
      const { complete } = load;
      const digest = await load.digest(signal);
      const rows = load.rows(signal);
      const done = await replaceRows({ ...writer, store: undefined, metric, rows, complete, digest, signal });
      if (done) changed(metric.name);
    } catch (error) {
      signal.throwIfAborted();
      throw asMistakes(error, written);
    }
  };
}

/** Reads the rows of data sets for a check, and keeps only their coverage. */
export class RowsCheck {
  readonly #states = new Map<string, TableState>();

  readonly load: BuildOptions['load'] = async ({ metric, load, written }, signal) => {
    if (!load) return;
    const claims = new Claims(metric, load.complete);
    let count = 0;
    try {
      for await (const rows of load.rows(signal)) {
        claims.add(rows);
        count += rows.length;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw asMistakes(error, written);
    }
    const coverage = new Map<Grain, Map<string, Coverage>>();
    for (const { grain, scope, ...interval } of claims.covers()) {
      const scopes = coverage.get(grain) ?? new Map<string, Coverage>();
      coverage.set(grain, scopes);
      scopes.set(scope, cover(scopes.get(scope) ?? [], interval));
    }
    const partitions = new Map([['all', { version: 1, removed: 0, rows: count }]]);
    this.#states.set(tableOf(metric).name, { version: 1, partitions, coverage });
  };

  readonly stateOf: BuildOptions['stateOf'] = (metric) => this.read(tableOf(metric).name) ?? EMPTY_STATE;

  /** Returns the coverage of a table's rows; undefined if no row was read. */
  readonly read = (table: string): TableState | undefined => this.#states.get(table);
}
