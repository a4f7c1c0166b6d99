import type { Coverages } from '../../core/time/coverage.ts';
import { coverageDifferences, type History, type PastChange, type Why } from '../../core/time/history.ts';
import { historyToJson } from '../../core/time/history-json.ts';
import type { TableState } from '../../core/time/table-state.ts';
import type { Differences } from './before-values.ts';

/** The maximum number of changes in a table's history. */
const MAX_CHANGES = 2000;
/** The maximum length of a history in a manifest, which every reader parses. */
const MAX_TEXT = 512 * 1024;
/** The maximum number of rows that are kept of all changes of a table together. */
const MAX_ROWS = 5_000_000;

/** A change that was made to a table. */
export interface Made {
  readonly version: number;
  readonly now: number;
  readonly why: Why | undefined;
  readonly coverage: Coverages;
  readonly differences: Differences;
}

/**
 * Returns the history after a change. What is older than `keepMs` is dropped, and what is too much.
 * @returns undefined if there is none yet and the change has no reason
 */
export function nextHistory(before: TableState, made: Made, keepMs: number): History | undefined {
  const { version, why, coverage, differences } = made;
  const last = before.history?.changes.at(-1)?.at ?? -Infinity;
  const at = Math.max(made.now, last + 1, (before.history?.since ?? -Infinity) + 1);
  if (!why) return before.history && raised({ ...before.history, base: version, since: at });
  const earlier = before.history ?? { base: before.version, since: at, changes: [] };
  const change: PastChange = {
    version,
    at,
    why,
    coverage: coverageDifferences(before.coverage, coverage),
    corrections: differences.corrections,
    ...(differences.before
      ? { before: { ...differences.before, file: differences.path && beforeFile(version) } }
      : {}),
  };
  const changes = [...earlier.changes, change];
  const isLost = change.before !== undefined && change.before.file === undefined;
  const history = isLost ? raised({ base: version, since: at, changes }) : { ...earlier, changes };
  return bounded(withoutOld(history, at - keepMs));
}

/** The path of a change's before-values, relative to the table's folder. */
export function beforeFile(version: number): string {
  return `corrections/${version}.parquet`;
}

/** Returns the files of before-values that a history names. */
export function filesOfHistory(history: History | undefined): string[] {
  return history?.changes.flatMap(({ before }) => before?.file ?? []) ?? [];
}

function withoutOld(history: History, oldest: number): History {
  const first = history.changes.findIndex(({ at }) => at >= oldest);
  return withoutFirst(history, first < 0 ? history.changes.length : first);
}

function bounded(history: History): History {
  let result = withoutFirst(history, history.changes.length - MAX_CHANGES);
  while (JSON.stringify(historyToJson(result)).length > MAX_TEXT)
    result = withoutFirst(result, Math.ceil(result.changes.length / 8));
  let room = MAX_ROWS;
  const lost = result.changes.findLast(({ before }) => (room -= before?.file ? before.rows : 0) < 0);
  return lost
    ? raised({ ...result, base: Math.max(result.base, lost.version), since: Math.max(result.since, lost.at) })
    : result;
}

/** Drops the first changes. The table can then be taken back to the last of them. */
function withoutFirst(history: History, count: number): History {
  const dropped = history.changes[count - 1];
  if (count <= 0 || !dropped) return history;
  const { base, since, changes } = history;
  const isBehind = dropped.version <= base;
  return raised({
    base: isBehind ? base : dropped.version,
    since: isBehind ? since : dropped.at,
    changes: changes.slice(count),
  });
}

/** Forgets the files of changes that are no longer taken back. */
function raised(history: History): History {
  const changes = history.changes.map((change): PastChange =>
    change.version <= history.base && change.before?.file
      ? { ...change, before: { ...change.before, file: undefined }, coverage: [] }
      : change,
  );
  return { ...history, changes };
}
