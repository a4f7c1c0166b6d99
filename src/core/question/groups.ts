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
 * Every combination of the values that are told apart, in the order asked, each with the stored
 * series that are added up in it. All values are listed.
 * @throws Problem where they are more than `MAX_SERIES`: a URL has room for millions
 */
export function groupsOf(asked: readonly AskedDimension[]): (readonly string[])[][] {
  const lists = asked.map(({ values = [] }) => values);
  if (lists.every((values) => values.length === 1)) return [[lists.map((values) => values[0] as string)]];
  if (combinationCount(lists) > MAX_SERIES) throw tooManySeries();
  const places = asked.map(({ isBy, values = [] }) => (isBy ? values.map((value) => [value]) : [values]));
  return combinations(places).map(combinations);
}

/** The series or lists that a path asks for, none added up: one value a dimension. @throws Problem */
export function seriesAsked(metric: Metric, { where }: Pick<PathQuestion, 'where'>): (readonly string[])[] {
  return groupsOf(askedOf(metric, { where, options: {} })).map(groupValues);
}

/** The values under which a group is shown. */
export function groupValues(members: readonly (readonly string[])[]): readonly string[] {
  const first = members[0] as readonly string[];
  if (members.length === 1) return first;
  return first.map((_, index) => [...new Set(members.map((member) => member[index]))].join('|'));
}

/** What was loaded of the scopes of some series. */
export function coverageOfMembers(
  metric: Metric,
  state: TableState,
  grain: Grain,
  members: readonly (readonly string[])[],
): Coverage {
  // As if nothing of it were known.
  if (members.some((member) => isWithheld(metric, member))) return [];
  const scopes = new Set(members.map((member) => scopeOf(metric, member)));
  return coverageOf(state, grain, [...scopes]);
}

/**
 * What was loaded of the periods of a source that rows of a grain are read from. Where a year adds up
 * months, one that was made of days counts if all of them were loaded.
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
