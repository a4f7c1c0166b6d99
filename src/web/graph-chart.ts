import type { GraphData } from '../core/metric/dashboard.ts';
import { pathHint } from '../core/hint/path-hints.ts';
import { invalidParameter } from '../core/problem.ts';
import type { Answer } from '../core/question/answer.ts';
import { pathsOf, questionOf } from '../core/question/metric-paths.ts';
import type { PathPlan } from '../core/question/plan.ts';
import type { Clock } from '../core/time/time.ts';
import { chartOf, type Chart, type LineChart } from '../formats/chart/chart.ts';
import type { Road } from '../read/road.ts';
import { liveQuestion, type LiveQuestion } from './live-question.ts';

/** Plans a question of a graph. @param live given if periods under way are wanted, too @throws Problem if it can't be answered */
export function questionOfGraph(road: Road, path: string, live?: Clock): LiveQuestion {
  const withOpen = live && liveQuestion(road, path, live);
  if (withOpen) return withOpen;
  const target = pathsOf(road.catalogue).find(path);
  if (target?.kind !== 'metric')
    throw invalidParameter(
      'path',
      `No metric has the path ${path}.`,
      undefined,
      pathHint(road.catalogue, path),
    );
  return { plan: road.plan(questionOf(target)), path, query: '' };
}

/** The chart of an answered question of a graph, with the line's name that the graph's owner chose. @throws Problem for an unknown measure */
export function chartOfData(plan: PathPlan, answer: Answer, { measure, label }: GraphData): Chart {
  const chart = chartOf(answer, { plan, ...(measure === undefined ? {} : { measure }) });
  return label === undefined || chart.kind === 'bars' ? chart : called(chart, label);
}

/** Gives the line of a chart its chosen name, if the chart has only one line. */
function called(chart: LineChart, label: string): Chart {
  const [line, ...others] = chart.lines;
  if (!line || others.length > 0) return chart;
  return { ...chart, lines: [{ ...line, label, isChosen: true }] };
}
