import { EngineError } from '../core/engine-error.ts';
import { pathsOf, questionOf } from '../core/question/metric-paths.ts';
import type { Metric } from '../core/metric/metric.ts';
import { filledPath } from '../core/metric/path-parameters.ts';
import type { PathPlan } from '../core/question/plan.ts';
import { unlessProblem } from '../core/problem.ts';
import type { PathQuestion } from '../core/question/question.ts';
import type { Road } from './road.ts';

/** An example question of the documentation. */
export interface Example {
  readonly metric: Metric;
  /** The parameters of the metric's path, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The percent-encoded path under `/metrics`. */
  readonly path: string;
  readonly question: PathQuestion;
  /** Undefined if none of its data is loaded. */
  readonly plan: PathPlan | undefined;
}

/** Returns the first of a metric's examples with loaded data, or else the first one. */
export function exampleOf(road: Road, metric: Metric): Example | undefined {
  const all = metric.examples.flatMap((parameters) => {
    // Examples stand in single quotes in shell commands, which an apostrophe would end.
    const path = filledPath(metric, parameters).replaceAll("'", '%27');
    const target = pathsOf(road.catalogue).find(path);
    if (target?.kind !== 'metric') return [];
    const question = questionOf(target);
    return [{ metric, parameters, path, question, plan: planOf(road, question) }];
  });
  return all.find(({ plan }) => plan) ?? all[0];
}

/** Returns the first example of a series in the catalogue that has an answer; undefined if nothing is loaded. */
export function firstExample(road: Road): Example | undefined {
  for (const metric of road.catalogue.metrics) {
    if (metric.shape.kind !== 'series') continue;
    const example = exampleOf(road, metric);
    if (example?.plan) return example;
  }
  return undefined;
}

function planOf(road: Road, question: PathQuestion): PathPlan | undefined {
  return unlessProblem(() => road.plan(question), EngineError);
}
