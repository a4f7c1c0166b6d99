import type { Answer } from '../../core/answer.ts';
import type { Plan } from '../../core/plan.ts';
import { invalidParameter, type NotFoundReason, type Problem } from '../../core/problem.ts';
import { MOST_COLUMNS } from '../../formats/wide-names.ts';
import type { Road } from '../../read/road.ts';
import { emptyFrame, tableOf, timeSeriesOf, type Table, type TimeSeries } from './frames.ts';
import { panelOf, planTarget } from './panel.ts';
import type { Target } from './payload.ts';

/** A target, and what was found for it by now. */
interface Asked {
  readonly target: Target;
  readonly plan: Plan | NotFoundReason;
  readonly answer: Answer | undefined;
}

/**
 * Answers a panel: lines first, then a table for each target that has lists. Its targets have one
 * budget. A target without data is an empty line that says why, and the others have theirs.
 * @throws Problem for mistakes in the body; EngineError
 */
export async function answerPanel(
  road: Road,
  body: unknown,
  signal: AbortSignal,
): Promise<(TimeSeries | Table)[]> {
  const panel = panelOf(road.catalogue, body);
  const plans: Plan[] = [];
  const read = async (targets: readonly Target[]): Promise<Asked[]> => {
    const planned = targets.map((target) => ({ target, plan: planTarget(road, panel, target) }));
    let lines = 0;
    for (const { target, plan } of planned) {
      if (typeof plan === 'string') continue;
      lines += plan.kind === 'series' ? plan.parts.length * target.measures.length : plan.lists.length;
      if (lines > MOST_COLUMNS) throw tooManyLines();
      plans.push(plan);
    }
    road.charge(plans);
    return Promise.all(
      planned.map(async ({ target, plan }) => ({
        target,
        plan,
        answer: typeof plan === 'string' ? undefined : await road.readIfThere(plan, signal),
      })),
    );
  };
  let asked = await read(panel.targets);
  const mostReadings = Math.max(0, ...panel.targets.map(({ otherwise }) => otherwise.length));
  for (let i = 0; i < mostReadings; i++) {
    const again = asked.filter(({ target, answer }) => !answer && target.otherwise[i]);
    if (again.length === 0) break;
    const others = await read(
      again.map(({ target }) => ({ ...target, where: target.otherwise[i] as Target['where'] })),
    );
    asked = asked.map((one) => {
      const other = others[again.indexOf(one)];
      return other?.answer ? other : one;
    });
  }
  return framesOf(asked);
}

function framesOf(asked: readonly Asked[]): (TimeSeries | Table)[] {
  return [
    ...timeSeriesOf(
      asked.flatMap(({ target, answer }) => (answer?.kind === 'series' ? [{ target, answer }] : [])),
    ),
    ...asked.flatMap(({ target, plan, answer }) =>
      answer?.kind === 'top' && typeof plan === 'object' && plan.kind === 'top'
        ? [tableOf(target, answer, plan.lists)]
        : [],
    ),
    ...asked.flatMap(({ target, plan, answer }) =>
      answer ? [] : [emptyFrame(target, typeof plan === 'string' ? plan : 'no-rows')],
    ),
  ];
}

function tooManyLines(): Problem {
  const detail = `The panel would have more than ${MOST_COLUMNS} lines and lists. Ask for fewer values.`;
  return invalidParameter('targets', detail, `at most ${MOST_COLUMNS} lines`);
}
