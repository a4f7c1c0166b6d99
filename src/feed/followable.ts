import { invalidParameter } from '../core/problem.ts';
import type { Question } from '../core/question/question.ts';

/**
 * Refuses questions whose answers can't be followed.
 * @throws Problem that names the parameter
 */
export function checkFollowable({ options, rows }: Question): void {
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
