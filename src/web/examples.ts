import { EngineError } from '../core/engine-error.ts';
import { pathsOf, questionOf } from '../core/question/metric-paths.ts';
import type { Metric } from '../core/metric/metric.ts';
import { filledPath } from '../core/metric/path-parameters.ts';
import type { PathPlan } from '../core/question/plan.ts';
import { unlessProblem } from '../core/problem.ts';
import type { PathQuestion } from '../core/question/question.ts';
import type { Road } from '../read/road.ts';

/** A question that documentation asks. */
export interface Example {
  readonly metric: Metric;
  /** Of the metric's path, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Under `/metrics`, percent-encoded. */
  readonly path: string;
  readonly question: PathQuestion;
  /** Undefined where nothing of it is loaded here. */
  readonly plan: PathPlan | undefined;
}

/** One of a metric's examples: the first of which something is loaded here, else the first. */
export function exampleOf(road: Road, metric: Metric): Example | undefined {
  const all = metric.examples.flatMap((parameters) => {
    // Where a shell quotes by it, an apostrophe would end the URL.
    const path = filledPath(metric, parameters).replaceAll("'", '%27');
    const target = pathsOf(road.catalogue).find(path);
    if (target?.kind !== 'metric') return [];
    const question = questionOf(target);
    return [{ metric, parameters, path, question, plan: planOf(road, question) }];
  });
  return all.find(({ plan }) => plan) ?? all[0];
}

/** The first example of a catalogue's series that has an answer here; undefined where nothing is loaded. */
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
