import { EngineError } from '../core/engine-error.ts';
import { invalidParameter, Problem } from '../core/problem.ts';
import type { PlanBase } from '../core/question/plan.ts';
import type { Question } from '../core/question/question.ts';
import type { Road } from '../read/road.ts';
import type { Followed } from './snapshot.ts';

/**
 * Checks the questions of one connection, before anything is read.
 * @throws Problem for a mistake, and if they cost too much together
 */
export function checkQuestions(road: Road, questions: readonly Followed[]): void {
  const plans = questions.flatMap(({ question }): Pick<PlanBase, 'cost' | 'several'>[] => {
    checkFollowable(question);
    try {
      return [road.plan(question)];
    } catch (error) {
      // It waits for its rows. An engine that hasn't answered yet is noticed later.
      const isLater = error instanceof Problem && error.code === 'not-found';
      if (isLater || error instanceof EngineError) return [];
      throw error;
    }
  });
  road.charge(plans);
}

/**
 * Refuses questions whose answers can't be followed.
 * @throws Problem that names the parameter
 */
function checkFollowable({ options, rows }: Question): void {
  if (options.asOf !== undefined)
    throw invalidParameter(
      'asOf',
      'An answer as of an earlier time never changes, so there is nothing to wait for.',
    );
  if (!rows) return;
  if (rows.cursor !== undefined)
    throw invalidParameter('cursor', 'Only the first page of an answer can be followed.');
  if (rows.total)
    throw invalidParameter('total', 'Rows are followed one by one, without their total.', ['false']);
  if (rows.dryRun) throw invalidParameter('dryRun', 'A dry run has no rows to follow.', ['false']);
}
