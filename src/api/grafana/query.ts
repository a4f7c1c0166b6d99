import type { Answer } from '../../core/question/answer.ts';
import type { PathPlan } from '../../core/question/plan.ts';
import { invalidParameter, Problem } from '../../core/problem.ts';
import { MAX_COLUMNS } from '../../formats/wide-names.ts';
import type { Road } from '../../read/road.ts';
import { annotationsFrame } from './annotations.ts';
import { emptyFrame, tableFrameOf, timeSeriesOf, type TableFrame, type TimeSeries } from './frames.ts';
import { whyNothing, type NothingFound } from './notices.ts';
import { panelOf, planTarget } from './panel.ts';
import type { Target } from './payload.ts';

/** A target, and its result so far. */
interface Asked {
  readonly target: Target;
  readonly plan: PathPlan | NothingFound;
  readonly answer: Answer | NothingFound;
}

/**
 * Answers a panel: first the lines, then a table for each target with ranked lists. All targets share one
 * budget. A target without data becomes an empty line that says why, and doesn't affect the others.
 * @throws Problem for mistakes in the body; EngineError
 */
export async function answerPanel(
  road: Road,
  body: unknown,
  signal: AbortSignal,
): Promise<(TimeSeries | TableFrame)[]> {
  const whole = panelOf(road.catalogue, body);
  const notes = whole.targets.filter(({ show }) => show === 'annotations');
  const panel = { ...whole, targets: whole.targets.filter(({ show }) => show === 'numbers') };
  const plans: PathPlan[] = [];
  const read = async (targets: readonly Target[]): Promise<Asked[]> => {
    const planned: { target: Target; plan: PathPlan | NothingFound }[] = [];
    let lines = 0;
    for (const target of targets) {
      const plan = planTarget(road, panel, target);
      planned.push({ target, plan });
      lines += linesOf(plan, target);
      if (lines > MAX_COLUMNS) throw tooManyLines();
      if (!isNothing(plan)) plans.push(plan);
    }
    road.charge(plans);
    return Promise.all(
      planned.map(async ({ target, plan }) => ({
        target,
        plan,
        answer: isNothing(plan) ? plan : foundOr(await road.readOrProblem(plan, signal)),
      })),
    );
  };
  let asked = await read(panel.targets);
  const mostReadings = Math.max(0, ...panel.targets.map(({ otherwise }) => otherwise.length));
  for (let i = 0; i < mostReadings; i++) {
    const again = asked.filter(({ target, answer }) => isNothing(answer) && target.otherwise[i]);
    if (again.length === 0) break;
    const others = await read(
      again.map(({ target }) => ({ ...target, where: target.otherwise[i] as Target['where'] })),
    );
    asked = asked.map((one) => {
      const other = others[again.indexOf(one)];
      return other && !isNothing(other.answer) ? other : one;
    });
  }
  return [...framesOf(asked), ...notes.map((target) => annotationsFrame(panel, target))];
}

/** Returns the number of lines and lists of a plan. An empty line that says why counts too. */
function linesOf(plan: PathPlan | NothingFound, { measures }: Target): number {
  if (isNothing(plan)) return 1;
  return plan.kind === 'series' ? plan.parts.length * measures.length : plan.lists.length;
}

function isNothing(found: PathPlan | Answer | NothingFound): found is NothingFound {
  return 'reason' in found;
}

function foundOr(found: Answer | Problem): Answer | NothingFound {
  return found instanceof Problem ? whyNothing(found) : found;
}

function framesOf(asked: readonly Asked[]): (TimeSeries | TableFrame)[] {
  return [
    ...timeSeriesOf(
      asked.flatMap(({ target, answer }) =>
        !isNothing(answer) && answer.kind === 'series' ? [{ target, answer }] : [],
      ),
    ),
    ...asked.flatMap(({ target, plan, answer }) =>
      !isNothing(answer) && answer.kind === 'top' && !isNothing(plan) && plan.kind === 'top'
        ? [tableFrameOf(target, answer, plan.lists)]
        : [],
    ),
    ...asked.flatMap(({ target, answer }) => (isNothing(answer) ? [emptyFrame(target, answer)] : [])),
  ];
}

function tooManyLines(): Problem {
  const detail = `The panel would have more than ${MAX_COLUMNS} lines and lists. Ask for fewer values.`;
  return invalidParameter('targets', detail, `at most ${MAX_COLUMNS} lines`);
}
