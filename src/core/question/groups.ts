import { combinationCount, combinations } from '../value/combinations.ts';
import type { Coverage } from '../time/coverage.ts';
import { coverageOf, scopeKey, type TableState } from '../time/table-state.ts';
import { dimensionIndex, type Metric } from '../metric/metric.ts';
import { askedOf, type AskedDimension } from './conditions.ts';
import { isWithheld } from '../metric/privacy.ts';
import { MAX_SERIES, tooManySeries } from './points.ts';
import type { PathQuestion } from './question.ts';
import type { Grain } from '../time/time.ts';

/**
 * The groups of an answer: one for each combination of the values that it is grouped by, in the order
 * asked. A group is the list of stored series that are added up in it. All values have to be listed.
 * @throws Problem if there are more than `MAX_SERIES`: a short URL can name millions
 */
export function groupsOf(asked: readonly AskedDimension[]): (readonly string[])[][] {
  const lists = asked.map(({ values = [] }) => values);
  if (lists.every((values) => values.length === 1)) return [[lists.map((values) => values[0] as string)]];
  if (combinationCount(lists) > MAX_SERIES) throw tooManySeries();
  const places = asked.map(({ isBy, values = [] }) => (isBy ? values.map((value) => [value]) : [values]));
  return combinations(places).map(combinations);
}

/** The series or lists that a path names, none added up: one value for each dimension. @throws Problem */
export function seriesAsked(metric: Metric, { where }: Pick<PathQuestion, 'where'>): (readonly string[])[] {
  return groupsOf(askedOf(metric, { where, options: {} })).map(groupValues);
}

/** The values that an answer shows for a group; summed ones joined by `|`. */
export function groupValues(members: readonly (readonly string[])[]): readonly string[] {
  const first = members[0] as readonly string[];
  if (members.length === 1) return first;
  return first.map((_, index) => [...new Set(members.map((member) => member[index]))].join('|'));
}

/** The loaded periods of the scopes of some series. */
export function coverageOfMembers(
  metric: Metric,
  state: TableState,
  grain: Grain,
  members: readonly (readonly string[])[],
): Coverage {
  // A withheld value must look like one that was never loaded.
  if (members.some((member) => isWithheld(metric, member))) return [];
  const scopes = new Set(members.map((member) => scopeOf(metric, member)));
  return coverageOf(state, grain, [...scopes]);
}

/**
 * The loaded ones of the source periods that a grain is read from. If a year adds up months, a month that was
 * made of days counts only if all of its days are loaded.
 */
export function readableOfMembers(
  metric: Metric,
  state: TableState,
  { grain, source }: { readonly grain: Grain; readonly source: Grain },
  members: readonly (readonly string[])[],
): Coverage {
  const { wholeMonths } = state;
  const isAdded = grain !== source && source === 'monthly' && wholeMonths !== undefined;
  const read = isAdded ? { ...state, coverage: new Map([[source, wholeMonths]]) } : state;
  return coverageOfMembers(metric, read, source, members);
}

/** The scope that a series belongs to. */
function scopeOf(metric: Metric, values: readonly string[]): string {
  return scopeKey(metric.scope.map((name) => values[dimensionIndex(metric, name)] as string));
}
