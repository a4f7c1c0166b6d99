import { GraphQLString, type GraphQLFieldConfig, type GraphQLResolveInfo } from 'graphql';
import type { SeriesAnswer, TopAnswer } from '../../core/question/answer.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { Problem, type NotFoundReason } from '../../core/problem.ts';
import { MAX_HINTS, type GraphqlContext } from './context.ts';
import { questionOf, type Arguments, type Known } from './question.ts';
import { HINT_DOC } from './scalars.ts';
import { named } from '../../core/value/named.ts';

/** What a field of a metric was answered with: its answer, or why it has no rows. */
export interface Answered<Kind extends SeriesAnswer | TopAnswer> {
  readonly answer: Kind | undefined;
  readonly reason: NotFoundReason | undefined;
  /** The same as a problem, which has a hint. */
  readonly problem: Problem | undefined;
  /** The values asked for, as they are stored. */
  readonly known: Known;
}

/** The field that says in words what to do where there are no rows. */
export const hintField: GraphQLFieldConfig<Pick<Answered<never>, 'problem'>, GraphqlContext> = {
  type: GraphQLString,
  description: `${HINT_DOC} Of the first ${MAX_HINTS} fields that ask for it.`,
  resolve: ({ problem }, _args, { bill }) =>
    problem && bill.hints++ < MAX_HINTS ? problem.members.hint : undefined,
};

/**
 * Answers one field. All that is asked for in one tick is read at once.
 * @throws Problem for mistakes; EngineError. That there are no rows is no error.
 */
export async function answerTo<Kind extends SeriesAnswer | TopAnswer>(
  metric: Metric,
  parent: Known,
  args: Arguments,
  { road, reads, freshness, plans }: GraphqlContext,
  { fieldNodes }: GraphQLResolveInfo,
): Promise<Answered<Kind>> {
  const { question, plan } = plans.take(fieldNodes, parent, () => questionOf(metric, parent, args));
  const known = named<string>();
  for (const { name, normalise } of metric.dimensions)
    known[name] = normalise(question.where[name]?.[0] as string);
  try {
    if (plan instanceof Error) throw plan;
    freshness.note(plan, road.watch.confirmed(metric));
    const answer = await reads.run((signal) => road.read(plan, signal));
    return { answer: answer as Kind, reason: undefined, problem: undefined, known };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'not-found') throw error;
    freshness.noteOpen();
    return { answer: undefined, reason: error.members.reason, problem: error, known };
  }
}
