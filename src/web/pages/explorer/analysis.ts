import { readGrain } from '../../../core/metric/metric.ts';
import { Problem, unlessProblem } from '../../../core/problem.ts';
import type { RowsPlan } from '../../../core/question/plan.ts';
import { spanOf } from '../../../core/question/path-range.ts';
import { datesOf } from '../../../core/question/query-range.ts';
import type { RowsQuestion } from '../../../core/question/question.ts';
import { lengthOf, startOf, type Clock, type Span } from '../../../core/time/time.ts';
import type { Road } from '../../../read/road.ts';
import { controlOf, queryOf, rangeOfList, type QueryText } from './analysis-query.ts';
import type { AnalysisText } from './analysis-text.ts';
import { grainIn, loadedOf } from './range.ts';
import type { ExplorerState } from './state.ts';

/** The question of an analysis, and what was planned of it. */
export interface AskedAnalysis {
  readonly text: QueryText;
  readonly question: RowsQuestion;
}

/**
 * Reads the question of an analysis. Its periods are those that the other views show for the same range.
 * @throws Problem that names the control
 */
export function analysisAsked(
  road: Road,
  state: ExplorerState,
  analysis: AnalysisText,
  clock: Clock,
): AskedAnalysis {
  return atControls(() => {
    const made = (period: Parameters<typeof queryOf>[2]): AskedAnalysis => {
      const text = queryOf(state, analysis, period);
      return { text, question: road.question(text) };
    };
    const { metric, parameters } = state;
    if (metric.shape.kind === 'top') return made(rangeOfList(state));
    const grain = grainIn(metric, parameters['granularity']);
    const { start = '', end = '' } = parameters;
    const written = made({ grain: grain ?? parameters['granularity'] ?? '', range: { start, end } });
    if (!grain) return written;
    const coverage = loadedOf(metric, parameters, road.watch.stateOf(metric), readGrain(metric, grain));
    const span = spanOf(metric, grain, { start, end }, [coverage], clock);
    if (lengthOf(span) === 0) return written;
    // `latest` of a range without a grain is another one, and ranges of some families exclude their end.
    const planned = unlessProblem(() => road.plan(written.question).span);
    if (planned && isSameTime(planned, span)) return written;
    return made({ grain, range: datesOf(span) });
  });
}

/** Whether two spans, perhaps of different grains, begin and end at the same time. */
function isSameTime(a: Span, b: Span): boolean {
  return (
    startOf(a.grain, a.first) === startOf(b.grain, b.first) &&
    startOf(a.grain, a.last + 1) === startOf(b.grain, b.last + 1)
  );
}

/** Plans the question. @throws Problem that names the control */
export function planOfAnalysis(road: Road, { question }: AskedAnalysis): RowsPlan {
  return atControls(() => {
    const plan = road.plan(question);
    road.charge([plan]);
    return plan;
  });
}

/** Names the explorer's controls in a problem in place of the members of a question. */
function atControls<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Problem) || error.members.parameter === undefined) throw error;
    const { code, message, members } = error;
    throw new Problem(code, message, { ...members, parameter: controlOf(error.members.parameter) });
  }
}
