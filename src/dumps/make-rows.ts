import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { Sql } from '../core/sql.ts';
import { partitionName } from '../core/time/partition.ts';
import { clipCoverage } from '../core/time/coverage.ts';
import { EMPTY_STATE, scopeKey, type TableState } from '../core/time/table-state.ts';
import type { Table } from '../core/metric/table.ts';
import { ordinalAt, type Span, startOf } from '../core/time/time.ts';
import { assertNoOwnTraffic } from '../load/one-source.ts';
import type { GrainRead, SourcePart } from '../warehouses/derivation.ts';
import type { Change, Cover, Removal, Warehouse } from '../warehouses/warehouse.ts';

/** Periods of a metric whose rows are made anew. */
export interface Making {
  readonly metric: Metric;
  readonly spans: readonly Span[];
  /** The projects that get rows, and totals of them. */
  readonly scopes: readonly string[];
  /** Whether the new rows are all that the scopes have in the periods. */
  readonly isComplete: boolean;
  readonly parts: readonly SourcePart[];
  /** The table that the query reads, of which the parts are. */
  readonly source: Table;
  readonly rows: Sql;
}

/**
 * Replaces rows of a table by those that a query makes of Parquet files. Readers see all of it at once.
 * @param makings all of one metric, one grain and one query
 * @returns the partitions that changed
 * @throws OtherSourceError, EngineError
 */
export async function makeRows(
  warehouse: Warehouse,
  makings: readonly Making[],
  signal: AbortSignal,
  note?: string,
): Promise<readonly string[]> {
  const [first] = makings;
  if (!first) return [];
  const { metric, source, rows } = first;
  const table = tableOf(metric);
  const state = (await warehouse.states(signal)).tables.get(table.name) ?? EMPTY_STATE;
  const covers = makings.flatMap(coversOf);
  assertNoOwnTraffic(state, covers);
  const grain = (first.spans[0] as Span).grain;
  const reads: GrainRead[] = [{ grain, parts: makings.flatMap(({ parts }) => parts) }];
  const change: Change = {
    table,
    remove: makings.flatMap((making) => removalsOf(making, state)),
    rows: { source, reads, rows },
    covers: () => covers,
    why: { cause: 'import', ...(note === undefined ? {} : { note }) },
  };
  return (await warehouse.write(change, signal)).changed;
}

function coversOf({ spans, scopes, isComplete }: Making): Cover[] {
  return spans.flatMap(({ grain, first, last }) =>
    scopes.map((scope) => ({ grain, scope: scopeKey([scope]), first, last, complete: isComplete })),
  );
}

/** Removes the rows that the new ones replace. Those of scopes that the files don't have stay. */
function removalsOf({ spans, scopes, metric }: Making, state: TableState): Removal[] {
  const own = new Set(scopes.map((scope) => scopeKey([scope])));
  const column = tableOf(metric).scope?.[0]?.name ?? 'project';
  return spans.map(({ grain, first, last }) => {
    const others = [...(state.coverage.get(grain) ?? [])].some(
      ([scope, coverage]) => !own.has(scope) && clipCoverage(coverage, { first, last }).length > 0,
    );
    // A condition on many names costs each stored row, so there is none where it would select all of them.
    const where = others ? [{ column, values: scopes }] : [];
    return { grain, first, last, where, scopes: [...own] };
  });
}

/** Returns a part for files of rows of one unit. */
export function filesPart(files: readonly string[], rows: number, { grain, first }: Span): SourcePart {
  return { files, rows, month: ordinalAt('monthly', startOf(grain, first)) };
}

/** Returns the part that the days of a month are in a table. */
export function daysOfMonth(month: number): SourcePart {
  return { partition: partitionName('daily', ordinalAt('daily', startOf('monthly', month))) };
}
