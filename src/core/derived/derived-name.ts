import { DERIVED_MEASURES, type DerivedMeasure } from './derived-measures.ts';

/** A derived measure as its name says it. Nothing of it is checked but that the measure exists. */
export interface NamedDerived {
  readonly measure: string;
  readonly derived: DerivedMeasure;
  /** What follows the suffix: `project_and_timestamp`, `7`, `edits-aggregate.edits`; empty if nothing does. */
  readonly argument: string;
}

/** What stands between a suffix and its columns, and between two columns. */
const WITHIN = 'within_';
export const AND = '_and_';

/** The meanings that a name may have, the one with the longest measure first: `a_b_rank` is of `a_b` before it is of `a`. */
export function* readDerived(name: string, measures: readonly string[]): Generator<NamedDerived> {
  const begun = measures.filter((measure) => name.startsWith(`${measure}_`));
  for (const measure of begun.toSorted((a, b) => b.length - a.length)) {
    const rest = name.slice(measure.length + 1);
    for (const derived of DERIVED_MEASURES) {
      const argument = argumentIn(rest, derived);
      if (argument !== undefined) yield { measure, derived, argument };
    }
  }
}

/** The argument in the end of a name; undefined if the name is not of this derived measure. */
function argumentIn(rest: string, { suffix, takes }: DerivedMeasure): string | undefined {
  if (rest === suffix) return takes === undefined || takes === 'columns' ? '' : undefined;
  if (takes === undefined || !rest.startsWith(`${suffix}_`)) return undefined;
  const argument = rest.slice(suffix.length + 1);
  if (takes !== 'columns') return argument;
  return argument.startsWith(WITHIN) ? argument.slice(WITHIN.length) : undefined;
}
