import type { Metric } from '../core/metric/metric.ts';
import { EMPTY_STATE } from '../core/time/table-state.ts';
import type { Rows } from '../core/metric/table.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { GRAINS } from '../core/time/time.ts';
import { Claims } from './claims.ts';
import { withLease, type Writer } from './lease.ts';
import { heldSpan } from './selection.ts';

export interface ReplaceOptions extends Writer {
  readonly metric: Metric;
  readonly rows: AsyncIterable<Rows>;
  /** The rows hold everything of their scopes, from the first period of each to its last. */
  readonly complete: boolean;
  /** A digest of what the rows are made from, and how: where the table was made of the same, nothing is read. */
  readonly how: string;
}

/**
 * Replaces all rows of a table by others: readers see the old ones or the new ones.
 * @returns the partitions that are not as before; undefined where the table was made of the same already
 * @throws what `rows` throws; LeaseHeldError, EngineError
 */
export async function replaceRows(options: ReplaceOptions): Promise<readonly string[] | undefined> {
  const { metric, warehouse, signal, how } = options;
  const table = tableOf(metric);
  const stateNow = async () => (await warehouse.states(signal)).tables.get(table.name) ?? EMPTY_STATE;
  if ((await stateNow()).madeFrom?.digest === how) return undefined;
  return withLease(options, async () => {
    // Another process may have done it while this one waited.
    const state = await stateNow();
    if (state.madeFrom?.digest === how) return undefined;
    const claims = new Claims(metric, options.complete);
    const remove = GRAINS.flatMap((grain) => heldSpan(state, grain) ?? []).map((span) => ({
      ...span,
      where: [],
    }));
    const change = {
      table,
      remove,
      rows: claimed(options.rows, claims),
      covers: () => claims.covers(),
      madeFrom: { version: 0, digest: how },
    };
    return (await warehouse.write(change, signal)).changed;
  });
}

async function* claimed(rows: AsyncIterable<Rows>, claims: Claims): AsyncGenerator<Rows> {
  for await (const batch of rows) {
    claims.add(batch);
    yield batch;
  }
}
