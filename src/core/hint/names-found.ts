import type { Dimension } from '../metric/dimension.ts';
import type { NamesFound } from '../problem.ts';
import { dimensionIndex, dimensionOf, type Metric } from '../metric/metric.ts';
import { alike, suggestion, nearestOf } from '../value/nearest.ts';
import { loadedValues, type TableState } from '../time/table-state.ts';
import { BARS, shortened, someInWords } from '../value/value-list.ts';

/** As many wrong values are each told of. */
export const MAX_NAMES_EXPLAINED = 3;
/** As many near values are offered for one. */
export const MAX_SUGGESTIONS = 3;
/** Shorter texts stand in too many names to mean one of them. */
const MIN_SUBSTRING = 3;

/** The values of which nothing is loaded, of the dimensions by which data come in. */
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

/** A value of which nothing is stored, in a sentence that names what was most likely meant. */
export function unknownInWords({ dimension, value, among, near, several, loaded }: NamesFound): string {
  if (loaded === undefined) {
    const of = among === '' ? '' : ` of ${among}`;
    if (several)
      return `There is no ${dimension} ${shortened(value)}${of} here, but ${several.map(shortened).join(' and ')}. ${BARS}`;
    return `There is no ${dimension} ${shortened(value)}${of} here${suggestion(near)}`;
  }
  const what = `Nothing is loaded of the ${dimension} ${shortened(value)}`;
  return near.length > 0 ? `${what}${suggestion(near)}` : `${what}; loaded: ${someInWords(loaded)}.`;
}

/** The same of several, a sentence each, but for those of which something is stored. */
export function unknownNames(names: readonly NamesFound[]): string[] {
  return names
    .filter(({ isStored }) => !isStored)
    .slice(0, MAX_NAMES_EXPLAINED)
    .map(unknownInWords);
}
