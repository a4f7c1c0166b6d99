import type { Catalogue } from '../../core/metric/catalogue.ts';
import { seriesAsked } from '../../core/question/groups.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { pathHint } from '../../core/hint/path-hints.ts';
import { invalidParameter, Problem } from '../../core/problem.ts';
import type { PathQuestion, RangeText } from '../../core/question/question.ts';
import { grainOf } from '../../core/question/path-range.ts';
import type { Grain } from '../../core/time/time.ts';
import { pathsOf, questionOf } from '../../core/question/metric-paths.ts';

/** What a path under /metrics asks, and the series that answer it. */
export interface LimnQuestion {
  readonly metric: Metric;
  readonly question: PathQuestion;
  readonly grain: Grain;
  /** One value a dimension, for each series: the same as in the answer. */
  readonly series: readonly (readonly string[])[];
}

/**
 * Reads a path as a question that Limn can draw.
 * @param path as it is sent, from the slash after `/metrics`
 * @throws Problem where it names nothing, names lists, or has a value that can't be one
 */
export function limnQuestion(catalogue: Catalogue, path: string): LimnQuestion {
  const target = pathsOf(catalogue).find(path);
  if (target?.kind !== 'metric')
    throw new Problem('no-route', `No metric has the path ${path}.`, {
      allowed: '/catalogue lists them',
      hint: pathHint(catalogue, path),
    });
  const { metric } = target;
  if (metric.shape.kind === 'top')
    throw invalidParameter('metric', `${metric.name} has lists, and Limn draws numbers over time`);
  const question = questionOf(target);
  const { granularity } = question.period as RangeText;
  const grain = grainOf(metric, granularity);
  const series = seriesAsked(metric, question);
  return { metric, question, grain, series };
}

/** The values of a series that were asked for: not those that its metric settles. */
export function openValues({ dimensions, fixed }: Metric, values: readonly string[]): string[] {
  return values.filter((_, d) => fixed?.[dimensions[d]?.name ?? ''] === undefined);
}
