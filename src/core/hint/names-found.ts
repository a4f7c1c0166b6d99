import type { Dimension } from '../metric/dimension.ts';
import type { NamesFound } from '../problem.ts';
import { dimensionIndex, dimensionOf, type Metric } from '../metric/metric.ts';
import { alike, suggestion, nearestOf } from '../value/nearest.ts';
import { loadedValues, type TableState } from '../time/table-state.ts';
import { BARS, shortened, someInWords } from '../value/value-list.ts';

/** The maximum number of wrong values that a hint explains one by one. */
export const MAX_NAMES_EXPLAINED = 3;
/** The maximum number of suggestions for one wrong value. */
export const MAX_SUGGESTIONS = 3;
/** Shorter texts occur in too many names to be a hint at one of them. */
const MIN_SUBSTRING = 3;

/** The values of scope dimensions for which nothing is loaded, with suggestions. */
export function scopesUnknown(
  metric: Metric,
  listed: readonly (readonly string[])[],
  state: TableState,
): NamesFound[] {
  return metric.scope.flatMap((name, place) => {
    const { withheld, calledHere } = dimensionOf(metric, name) as Dimension;
    const known = loadedValues(state, place);
    const unknown = (listed[dimensionIndex(metric, name)] ?? []).filter(
      (value) => withheld?.has(value) || !known.has(value),
    );
    if (unknown.length === 0) return [];
    const loaded = [...known].filter((value) => !withheld?.has(value));
    return unknown.map((value, i): NamesFound => {
      const here = calledHere?.(value);
      const near =
        here !== undefined && loaded.includes(here)
          ? [here]
          : i < MAX_NAMES_EXPLAINED
            ? nearAmong(value, loaded)
            : [];
      return { dimension: name, value, among: '', isStored: false, near, loaded };
    });
  });
}

function nearAmong(value: string, loaded: readonly string[]): string[] {
  return value.length < MIN_SUBSTRING
    ? nearestOf(value, loaded, MAX_SUGGESTIONS)
    : alike(value, loaded, MAX_SUGGESTIONS);
}

/** A sentence on a value without rows, with suggestions. */
export function unknownInWords({ dimension, value, among, near, several, loaded }: NamesFound): string {
  if (loaded === undefined) {
    const of = among === '' ? '' : ` of ${among}`;
    if (several)
      return `There is no ${dimension} ${shortened(value)}${of} here, but there are ${several.map(shortened).join(' and ')}. ${BARS}`;
    return `There is no ${dimension} ${shortened(value)}${of} here${suggestion(near)}`;
  }
  const what = `Nothing is loaded for the ${dimension} ${shortened(value)}`;
  return near.length > 0 ? `${what}${suggestion(near)}` : `${what}; loaded are ${someInWords(loaded)}.`;
}

/** One sentence for each value that isn't stored at all. */
export function unknownNames(names: readonly NamesFound[]): string[] {
  return names
    .filter(({ isStored }) => !isStored)
    .slice(0, MAX_NAMES_EXPLAINED)
    .map(unknownInWords);
}
