import type { GraphQLField } from 'graphql';
import type { Metric } from '../../core/metric/metric.ts';
import type { RowsQuestion } from '../../core/question/question.ts';
import type { Road } from '../../read/road.ts';
import type { Arguments, Known } from './question.ts';

/**
 * What a field asks for. The schema keeps it with each field, so that the cost of an operation can be
 * computed before anything is resolved.
 */
export type Meaning =
  | { readonly kind: 'metric'; readonly metric: Metric }
  /** One or more entities. `named` returns the values that name each of them. */
  | { readonly kind: 'entities'; readonly named: (args: Arguments) => readonly Known[] }
  /** A question, as `/query` takes it. */
  | { readonly kind: 'query'; readonly question: (args: Arguments, road: Road) => RowsQuestion }
  /** The rows of an answer, one object each. `known` names the dimensions whose values each row settles. */
  | { readonly kind: 'rows'; readonly known: readonly string[] };

const KEY = 'kraken';

/** Returns the `extensions` of a field with a meaning. */
export function meaning(of: Meaning): { [KEY]: Meaning } {
  return { [KEY]: of };
}

/** Returns the meaning of a field; undefined if the field asks for nothing of its own. */
export function meaningOf(field: GraphQLField<unknown, unknown>): Meaning | undefined {
  return field.extensions[KEY] as Meaning | undefined;
}
