import type { TopAnswer } from '../core/answer.ts';
import { startOf } from '../core/time.ts';

/** AQS: the period of a top as its item has it, `day` being `all-days` for the list of a month. */
export function topPeriodFields(
  answer: Pick<TopAnswer, 'grain' | 'ordinal'>,
): Record<'year' | 'month' | 'day', string> {
  const iso = new Date(startOf(answer.grain, answer.ordinal)).toISOString();
  return {
    year: iso.slice(0, 4),
    month: iso.slice(5, 7),
    day: answer.grain === 'monthly' ? 'all-days' : iso.slice(8, 10),
  };
}
