import type { Plan } from '../../core/plan.ts';
import { invalidParameter, type Problem } from '../../core/problem.ts';
import { MOST_COLUMNS } from '../../formats/wide-names.ts';
import type { Road } from '../../read/road.ts';
import { tableOf, timeSeriesOf, type Table, type TimeSeries } from './frames.ts';
import { panelOf, planTarget } from './panel.ts';
import type { Target } from './payload.ts';

interface Planned {
  readonly target: Target;
  readonly plan: Plan;
}

/**
 * Answers a panel: lines first, then a table for each target that has lists. Its targets have one
 * budget. A target without data has no line, and the others theirs.
 * @throws Problem for mistakes in the body; EngineError
 */
export async function answerPanel(
  road: Road,
  body: unknown,
  signal: AbortSignal,
): Promise<(TimeSeries | Table)[]> {
  const panel = panelOf(road.catalogue, body);
  const planned: Planned[] = [];
  let lines = 0;
  for (const target of panel.targets) {
    const plan = planTarget(road, panel, target);
    if (!plan) continue;
    lines += plan.kind === 'series' ? plan.parts.length * target.measures.length : plan.lists.length;
    if (lines > MOST_COLUMNS) throw tooManyLines();
    planned.push({ target, plan });
  }
  road.charge(planned.map(({ plan }) => plan));
  const answers = await Promise.all(planned.map(({ plan }) => road.readIfThere(plan, signal)));
  const found = planned.flatMap(({ target }, i) => {
    const answer = answers[i];
    return answer ? [{ target, answer }] : [];
  });
  return [
    ...timeSeriesOf(
      found.flatMap(({ target, answer }) => (answer.kind === 'series' ? [{ target, answer }] : [])),
    ),
    ...found.flatMap(({ target, answer }) => (answer.kind === 'top' ? [tableOf(target, answer)] : [])),
  ];
}

function tooManyLines(): Problem {
  const detail = `The panel would have more than ${MOST_COLUMNS} lines and lists. Ask for fewer values.`;
  return invalidParameter('targets', detail, `at most ${MOST_COLUMNS} lines`);
}
