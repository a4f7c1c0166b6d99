import type { Coverages } from './coverage.ts';
import { changesSince, coverageBefore } from './history.ts';
import type { TableState } from './table-state.ts';

/** A state of a table as it was in an earlier version. All its partitions have that version. */
export function stateAt(state: TableState, version: number): TableState {
  const { history } = state;
  if (!history) throw new RangeError('no history is kept');
  const changes = changesSince(history, version);
  if (changes.length === 0) return state;
  const coverage = changes.reduce<Coverages>(
    (later, change) => coverageBefore(later, change.coverage),
    state.coverage,
  );
  const partitions = new Map(
    [...state.partitions].map(([name, partition]) => [name, { ...partition, version }]),
  );
  return { version, partitions, coverage };
}
