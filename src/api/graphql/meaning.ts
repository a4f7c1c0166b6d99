import type { GraphQLField } from 'graphql';
import type { Metric } from '../../core/metric/metric.ts';
import type { RowsQuestion } from '../../core/question/question.ts';
import type { Road } from '../../read/road.ts';
import type { Arguments, Known } from './question.ts';

/**
 * What a field asks for, kept with it in the schema: what it costs is found before anything is
 * resolved, by walking the operation over these.
 */
export type Meaning =
  | { readonly kind: 'metric'; readonly metric: Metric }
  /** One or more entities, by the values that name each. */
  | { readonly kind: 'entities'; readonly named: (args: Arguments) => readonly Known[] }
  /** A question in the one language. */
  | { readonly kind: 'query'; readonly question: (args: Arguments, road: Road) => RowsQuestion }
  /** The rows of an answer, one object each. `known`: the dimensions that each settles. */
  | { readonly kind: 'rows'; readonly known: readonly string[] };

const KEY = 'kraken';

/** The `extensions` of a field that means this. */
export function meaning(of: Meaning): { [KEY]: Meaning } {
  return { [KEY]: of };
}

/** What a field asks for; undefined where it asks for nothing of its own. */
export function meaningOf(field: GraphQLField<unknown, unknown>): Meaning | undefined {
  return field.extensions[KEY] as Meaning | undefined;
}
