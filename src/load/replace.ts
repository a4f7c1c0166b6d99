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
  /** A digest of what the rows are made from, and how. If the table has the same one, nothing is read. */
  readonly digest: string;
}

/**
 * Replaces all rows of a table. Readers see either the old rows or the new ones.
 * @returns the partitions that changed; undefined if the table already has the same digest
 * @throws errors of `rows`; LeaseHeldError, EngineError
 */
export async function replaceRows(options: ReplaceOptions): Promise<readonly string[] | undefined> {
  const { metric, warehouse, signal, digest } = options;
  const table = tableOf(metric);
  const stateNow = async () => (await warehouse.states(signal)).tables.get(table.name) ?? EMPTY_STATE;
  if ((await stateNow()).madeFrom?.digest === digest) return undefined;
  return withLease(options, async () => {
    // Another process may have replaced them while this one waited.
    const state = await stateNow();
    if (state.madeFrom?.digest === digest) return undefined;
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
      madeFrom: { version: 0, digest },
      why: { cause: 'data-set' as const },
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
