import { filledPath, pathParameters } from '../metric/path-parameters.ts';
import { isoTime } from './as-of.ts';
import type { PathPlan, SeriesPlan } from './plan.ts';
import { DAY_MS, formatTimestamp, HOUR_MS, ordinalAt, startOf, type Grain } from '../time/time.ts';
import { topPeriodFields } from './top-period.ts';

/**
 * The path under `/metrics` that asks the plan's question again, with its dates resolved. Together with
 * `queryOfPlan` it is the whole question.
 */
export function pathOfPlan(plan: PathPlan): string {
  return filledPath(plan.metric, parametersOfPlan(plan));
}

/** The values of the path's parameters, in the order of the path. */
export function parametersOfPlan(plan: PathPlan): Readonly<Record<string, string>> {
  const { metric } = plan;
  const values: Record<string, string> = {
    ...(plan.kind === 'top' ? topPeriodFields(plan) : { granularity: plan.grain, ...rangeOf(plan) }),
    ...Object.fromEntries(
      metric.dimensions.map(({ name }, i) => [name, (plan.asked[i]?.values ?? []).join('|')]),
    ),
  };
  return Object.fromEntries(pathParameters(metric).map((name) => [name, values[name] as string]));
}

/** The plan's options as a query string: empty, or `fill=zero&sum=article`. */
export function queryOfPlan(plan: PathPlan): string {
  const { fill, sum } = plan.kind === 'top' ? {} : plan.question.options;
  const isLive = plan.open !== undefined || plan.notCounted !== undefined;
  return new URLSearchParams({
    ...(fill ? { fill } : {}),
    ...(sum ? { sum } : {}),
    ...(plan.asOf ? { asOf: isoTime(plan.asOf.at) } : {}),
    ...(isLive ? { live: 'true' } : {}),
  }).toString();
}

function rangeOf({ metric, grain, span }: SeriesPlan): { start: string; end: string } {
  const hours = metric.range.hour === 'always' || grain === 'hourly';
  const unit: Grain = grain === 'hourly' ? 'hourly' : 'daily';
  const text = (ms: number): string =>
    formatTimestamp(hours ? 'YYYYMMDDHH' : 'YYYYMMDD', unit, ordinalAt(unit, ms));
  const until = startOf(grain, span.last + 1);
  const before = unit === 'hourly' ? HOUR_MS : DAY_MS;
  const from = startOf(grain, span.first);
  return {
    start: text(metric.range.start === 'exclusive' ? from - before : from),
    end: text(metric.range.end === 'inclusive' ? until - before : until),
  };
}
