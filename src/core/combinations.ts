import { type Coverage } from './coverage.ts';
import { coverageOf, scopeKey, type TableState } from './table-state.ts';
import type { Dimension } from './dimension.ts';
import { didYouMean, meant, nearest } from './nearest.ts';
import { hasSums, whyNoSums } from './additive.ts';
import { dimensionIndex, dimensionNames, dimensionOf, type Metric } from './metric.ts';
import { chosenDimensions } from './path-parameters.ts';
import { isWithheld } from './privacy.ts';
import { MAX_SERIES, tooManySeries } from './points.ts';
import { invalidParameter } from './problem.ts';
import type { Grain } from './time.ts';

/** The values asked for, normalised, each once, in the order asked. */
export function valuesOf(dimension: Dimension, texts: readonly string[] | undefined): string[] {
  if (!texts || texts.length === 0) {
    throw invalidParameter(
      dimension.name,
      `The parameter \`${dimension.name}\` is missing.`,
      dimension.allowed,
    );
  }
  const values = texts.map((text) => {
    const value = dimension.normalise(text);
    const refusal = dimension.refuse(value);
    if (refusal !== undefined)
      throw invalidParameter(
        dimension.name,
        refusal,
        dimension.values ?? dimension.allowed,
        didYouMean(value, dimension.values ?? []),
      );
    return value;
  });
  return values.length === 1 ? values : [...new Set(values)];
}

/**
 * The dimensions of which whoever asks by a path listed several values, by name. Of what a path can't
 * name nobody listed any: all come.
 */
export function variedBy(metric: Metric, listed: readonly (readonly string[])[]): string[] {
  return chosenDimensions(metric)
    .map(({ name }) => name)
    .filter((name) => (listed[dimensionIndex(metric, name)]?.length ?? 0) > 1);
}

/** The index of the dimension whose values are added up. */
export function sumOf(
  metric: Metric,
  name: string | undefined,
  listed: readonly string[][],
): number | undefined {
  if (name === undefined) return undefined;
  const allowed = dimensionNames(metric);
  const dimension = dimensionOf(metric, name);
  if (!dimension)
    throw invalidParameter(
      'sum',
      `sum should name a dimension of ${metric.name}${meant(nearest(name, allowed))}`,
      allowed,
    );
  if (!hasSums(metric)) throw invalidParameter('sum', whyNoSums(metric) ?? '');
  const index = allowed.indexOf(name);
  const values = listed[index] as string[];
  if (values.length > 1 && dimension.total !== undefined && values.includes(dimension.total)) {
    throw invalidParameter(name, `${dimension.total} holds the others: added to them they would count twice`);
  }
  return index;
}

/**
 * Every combination of the listed values, in the order asked; those of a summed dimension together.
 * @throws Problem where they are more than `MAX_SERIES`: a URL has room for millions
 */
export function groupsOf(listed: readonly string[][], summed: number | undefined): (readonly string[])[][] {
  if (listed.every((values) => values.length === 1)) return [[listed.map((values) => values[0] as string)]];
  if (listed.reduce((product, values) => product * values.length, 1) > MAX_SERIES) throw tooManySeries();
  let groups: string[][][] = [[[]]];
  listed.forEach((values, index) => {
    groups =
      index === summed
        ? groups.map((group) => group.flatMap((member) => values.map((value) => [...member, value])))
        : groups.flatMap((group) => values.map((value) => group.map((member) => [...member, value])));
  });
  return groups;
}

/** The values under which a group is shown. */
export function shown(members: readonly (readonly string[])[]): readonly string[] {
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
  if (members.length === 1)
    return coverageOf(state, grain, [scopeOf(metric, members[0] as readonly string[])]);
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
