import type { Catalogue } from '../../core/metric/catalogue.ts';
import { seriesAsked } from '../../core/question/groups.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { pathHint } from '../../core/hint/path-hints.ts';
import { invalidParameter, Problem } from '../../core/problem.ts';
import type { PathQuestion, RangeText } from '../../core/question/question.ts';
import { grainOf } from '../../core/question/path-range.ts';
import type { Grain } from '../../core/time/time.ts';
import { pathsOf, questionOf } from '../../core/question/metric-paths.ts';

/** The question of a path under `/metrics`, and the series that answer it. */
export interface LimnQuestion {
  readonly metric: Metric;
  readonly question: PathQuestion;
  readonly grain: Grain;
  /** The values of each series, one per dimension, in the order of the answer. */
  readonly series: readonly (readonly string[])[];
}

/**
 * Reads a path as a question that Limn can draw.
 * @param path the path as it was sent, from the slash after `/metrics`
 * @throws Problem if the path is unknown, asks for ranked lists, or has an invalid value
 */
export function limnQuestion(catalogue: Catalogue, path: string): LimnQuestion {
  const target = pathsOf(catalogue).find(path);
  if (target?.kind !== 'metric')
    throw new Problem('no-route', `No metric has the path ${path}.`, {
      allowed: '/catalogue lists all paths',
      hint: pathHint(catalogue, path),
    });
  const { metric } = target;
  if (metric.shape.kind === 'top')
    throw invalidParameter('metric', `${metric.name} has lists, but Limn only draws numbers over time`);
  const question = questionOf(target);
  const { granularity } = question.period as RangeText;
  const grain = grainOf(metric, granularity);
  const series = seriesAsked(metric, question);
  return { metric, question, grain, series };
}

/** Returns the values of a series without those that its metric fixes. */
export function openValues({ dimensions, fixed }: Metric, values: readonly string[]): string[] {
  return values.filter((_, d) => fixed?.[dimensions[d]?.name ?? ''] === undefined);
}
