import { GraphQLString, type GraphQLFieldConfig, type GraphQLResolveInfo } from 'graphql';
import type { Answer, SeriesAnswer, TopAnswer } from '../../core/question/answer.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { Problem, type NotFoundReason } from '../../core/problem.ts';
import { MAX_HINTS, type GraphqlContext } from './context.ts';
import { questionOf, type Arguments, type Known } from './question.ts';
import { HINT_DOC } from './scalars.ts';
import { named } from '../../core/value/named.ts';

/** The result of a metric's field: its answer, or the reason why it has no rows. */
export interface Answered<Kind extends SeriesAnswer | TopAnswer> {
  readonly answer: Kind | undefined;
  readonly reason: NotFoundReason | undefined;
  /** The problem with the same reason, which has a hint. */
  readonly problem: Problem | undefined;
  /** The requested values, in the spelling in which they are stored. */
  readonly known: Known;
}

/** The field that explains in words why there are no rows. */
export const hintField: GraphQLFieldConfig<Pick<Answered<never>, 'problem'>, GraphqlContext> = {
  type: GraphQLString,
  description: `${HINT_DOC} Only for the first ${MAX_HINTS} such fields of a request.`,
  resolve: ({ problem }, _args, { bill }) =>
    problem && bill.hints++ < MAX_HINTS ? problem.members.hint : undefined,
};

/**
 * Answers one field: at once if nothing has to be waited for. All reads of one tick are batched. An answer without rows
 * is not an error.
 * @throws Problem for mistakes; EngineError
 */
export function answerTo<Kind extends SeriesAnswer | TopAnswer>(
  metric: Metric,
  parent: Known,
  args: Arguments,
  { road, gone, freshness, plans }: GraphqlContext,
  { fieldNodes }: GraphQLResolveInfo,
): Answered<Kind> | Promise<Answered<Kind>> {
  const { question, plan } = plans.take(fieldNodes, parent, () => questionOf(metric, parent, args));
  const known = named<string>();
  for (const { name, normalise } of metric.dimensions)
    known[name] = normalise(question.where[name]?.[0] as string);
  const answered = (answer: Answer): Answered<Kind> => ({
    answer: answer as Kind,
    reason: undefined,
    problem: undefined,
    known,
  });
  const orNoRows = (error: unknown): Answered<Kind> => {
    if (!(error instanceof Problem) || error.code !== 'not-found') throw error;
    freshness.noteOpen();
    return { answer: undefined, reason: error.members.reason, problem: error, known };
  };
  try {
    if (plan instanceof Error) throw plan;
    freshness.note(plan, road.watch.confirmed(metric));
    const answer = road.read(plan, gone);
    return answer instanceof Promise ? answer.then(answered, orNoRows) : answered(answer);
  } catch (error) {
    return orNoRows(error);
  }
}
