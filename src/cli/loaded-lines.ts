import { type Coverage, union } from '../core/time/coverage.ts';
import { EMPTY_STATE, type TableState, valuesOfScope } from '../core/time/table-state.ts';
import { formatDate, type Grain } from '../core/time/time.ts';

/** At most this many names, intervals or groups are listed one by one. */
const MAX_NAMES = 3;
const MAX_INTERVALS = 3;
const MAX_GROUPS = 2;

/**
 * Describes the loaded data of a table: for each grain a line with the loaded periods, and a line with the
 * complete ones.
 * @param scope the names of the columns by which coverage is kept, such as `project`
 */
export function loadedLines(
  state: TableState = EMPTY_STATE,
  grains: readonly Grain[],
  scope: readonly string[],
): string[] {
  return grains.flatMap((grain) => {
    const scopes = [...(state.coverage.get(grain) ?? [])].filter(([, coverage]) => coverage.length > 0);
    if (scopes.length === 0) return [`${grain}: nothing is loaded`];
    const all = union(scopes.map(([, coverage]) => coverage));
    const names = scopes
      .toSorted(([a, left], [b, right]) => lengthOf(right) - lengthOf(left) || (a < b ? -1 : 1))
      .map(([key]) => key);
    const of = scope.length === 0 ? '' : `; ${scope.join(' and ')}: ${named(names)}`;
    const loaded = `${grain}: ${intervalsInWords(grain, all)}, ${countOf(state, grain)}${of}`;
    return [loaded, `  ${completeIn(grain, scopes)}`];
  });
}

/** Says for which scopes and dates the data is complete, which decides what absent rows mean. */
function completeIn(grain: Grain, scopes: readonly (readonly [key: string, coverage: Coverage])[]): string {
  const groups = new Map<string, string[]>();
  for (const [key, coverage] of scopes) {
    const complete = coverage.filter((interval) => interval.complete);
    if (complete.length === 0) continue;
    const words = intervalsInWords(grain, complete);
    groups.set(words, [...(groups.get(words) ?? []), key]);
  }
  if (groups.size === 0) return 'not known to be complete';
  const sorted = [...groups].toSorted(([, a], [, b]) => b.length - a.length);
  const parts = sorted
    .slice(0, MAX_GROUPS)
    .map(([words, keys]) => (keys.length === scopes.length ? words : `${words} of ${named(keys)}`));
  const others = sorted.slice(MAX_GROUPS).reduce((sum, [, keys]) => sum + keys.length, 0);
  return `complete: ${[...parts, ...(others > 0 ? [`other dates of ${others.toLocaleString('en')} more`] : [])].join('; ')}`;
}

function countOf(state: TableState, grain: Grain): string {
  const partitions = [...state.partitions].filter(([name]) => name.startsWith(`${grain}/`));
  const rows = partitions.reduce((sum, [, partition]) => sum + partition.rows, 0);
  return `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
}

function lengthOf(coverage: Coverage): number {
  return coverage.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** Lists intervals: `2024-01 to 2024-03 and 2024-05`. If there are many, gives the first and last period and the number of gaps. */
export function intervalsInWords(grain: Grain, coverage: Coverage): string {
  const date = (ordinal: number): string => formatDate(grain, ordinal);
  const span = (first: number, last: number): string =>
    first === last ? date(first) : `${date(first)} to ${date(last)}`;
  if (coverage.length <= MAX_INTERVALS)
    return coverage.map(({ first, last }) => span(first, last)).join(' and ');
  const [from, to] = [coverage[0], coverage.at(-1)];
  return `${span(from?.first as number, to?.last as number)} with ${coverage.length - 1} gaps`;
}

function named(keys: readonly string[]): string {
  const first = keys.slice(0, MAX_NAMES).map((key) => valuesOfScope(key).join(' '));
  const more = keys.length - first.length;
  return `${first.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`;
}
