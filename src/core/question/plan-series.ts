import { isComplete, type Coverage } from '../time/coverage.ts';
import { notFound } from '../hint/hints.ts';
import { readGrain, type Metric } from '../metric/metric.ts';
import type { NotFoundReason } from '../problem.ts';
import type { AskedDimension } from './conditions.ts';
import { coverageOfMembers, groupsOf, readableOfMembers, groupValues } from './groups.ts';
import { emptyQuestionOf } from './no-rows.ts';
import { grainOf, spanOf } from './path-range.ts';
import { clip, isRelativeRange, mayGrow } from './periods.ts';
import type { PlanBase, SeriesPart, SeriesPlan, TopPlan } from './plan.ts';
import { pointsOf } from './points.ts';
import { fillOf, refuseSum } from './query-checks.ts';
import type { QuestionOptions, RangeText, TopPeriodText } from './question.ts';
import { versionIn, type TableState } from '../time/table-state.ts';
import { topPeriodOf } from './top-period.ts';
import { lengthOf, refine, type Clock, type Grain, type Ordinal, type Span } from '../time/time.ts';

/** The members of a plan that don't depend on its periods. */
type Begun = Pick<PlanBase, 'question' | 'metric' | 'route' | 'state' | 'asked' | 'history'>;

/**
 * The plan of a path that asks for series.
 * @param closed the state of the table without open periods, by which `latest` is read
 * @throws Problem for mistakes, and if none of its data is loaded
 */
export function planSeries(begun: Begun, clock: Clock, closed = begun.state): SeriesPlan {
  const { question, metric, route, state, asked, history } = begun;
  const { options } = question;
  const text = question.period as RangeText;
  const grain = grainOf(metric, text.granularity);
  const source = readGrain(metric, grain);
  const fill = fillOf(options);
  if (options.sum !== undefined) refuseSum(metric, asked, options.sum);
  const groups = groupsOf(asked);
  const coveragesIn = (known: TableState): Coverage[] =>
    groups.map((members) => readableOfMembers(metric, known, { grain, source }, members));
  const coverages = coveragesIn(state);
  const span = spanOf(metric, grain, text, closed === state ? coverages : coveragesIn(closed), clock);
  const parts = groups.map((members, i): SeriesPart => {
    const coverage = coverages[i] as Coverage;
    const unfinished = grain === source ? unfinishedOf(metric, state, grain, members, coverage) : undefined;
    return {
      values: groupValues(members),
      members,
      span: clip(metric, span, coverage),
      coverage,
      ...(unfinished === undefined ? {} : { unfinished }),
    };
  });
  const filled = parts.filter((part) => lengthOf(part.span) > 0);
  if (filled.length === 0) throw notFound(reasonOf(coverages), emptyQuestionOf(begun, grain, span));
  const stored = filled.map((part) => refine(part.span, source));
  const first = Math.min(...stored.map((one) => one.first));
  const last = Math.max(...stored.map((one) => one.last));
  const relative = isRelativeRange(text);
  // Every member is written out: spreading `begun` takes four times as long as the rest of this function.
  return {
    kind: 'series',
    question,
    metric,
    route,
    state,
    asked,
    grain,
    source,
    fill,
    span,
    parts,
    key: keyOf(metric, span, options, asked),
    version: versionIn(state, { grain: source, first, last }),
    cost: pointsOf(parts, Object.keys(metric.measures).length),
    several: parts.length > 1 || options.sum !== undefined,
    closed: !relative && !mayGrow(coverages, span, source),
    relative,
    history,
  };
}

/**
 * The newest loaded period, if a part of it is missing: it isn't complete although the one before
 * it is, or it is a month made of days that don't reach its end.
 */
function unfinishedOf(
  metric: Metric,
  state: TableState,
  grain: Grain,
  members: readonly (readonly string[])[],
  coverage: Coverage,
): Ordinal | undefined {
  const newest = coverage.at(-1);
  if (!newest || newest.complete) return undefined;
  if (isComplete(coverage, newest.last - 1)) return newest.last;
  if (metric.grains[grain] !== 'stored or summed') return undefined;
  const day = coverageOfMembers(metric, state, 'daily', members).at(-1)?.last;
  if (day === undefined) return undefined;
  const { first, last } = refine({ grain, first: newest.last, last: newest.last }, 'daily');
  return first <= day && day < last ? newest.last : undefined;
}

/**
 * The plan of a path that asks for ranked lists. @throws Problem for mistakes, and if none of its data is
 * loaded
 */
export function planTop(begun: Begun): TopPlan {
  const { question, metric, route, state, asked, history } = begun;
  if (metric.shape.kind !== 'top') throw new Error(`${metric.name} has no lists`);
  const { grain, ordinal } = topPeriodOf(metric, question.period as TopPeriodText, (grain) =>
    emptyQuestionOf(begun, grain),
  );
  const span: Span = { grain, first: ordinal, last: ordinal };
  const lists = groupsOf(asked).map(groupValues);
  const coverages = lists.map((list) => coverageOfMembers(metric, state, grain, [list]));
  if (!coverages.some((coverage) => lengthOf(clip(metric, span, coverage)) > 0))
    throw notFound(reasonOf(coverages), emptyQuestionOf(begun, grain, span));
  return {
    kind: 'top',
    question,
    metric,
    route,
    state,
    asked,
    grain,
    source: grain,
    ordinal,
    span,
    lists,
    coverages,
    key: keyOf(metric, span, {}, asked),
    version: versionIn(state, span),
    cost: lists.length * metric.shape.limit * Object.keys(metric.measures).length,
    several: lists.length > 1,
    closed: !mayGrow(coverages, span, grain),
    relative: false,
    history,
  };
}

function reasonOf(coverages: readonly Coverage[]): NotFoundReason {
  return coverages.some((coverage) => coverage.length > 0) ? 'outside-coverage' : 'not-loaded';
}

function keyOf(
  metric: Metric,
  { grain, first, last }: Span,
  { fill, sum }: QuestionOptions,
  asked: readonly AskedDimension[],
): string {
  let key = `${metric.name}\0${metric.edition ?? ''}\0${grain}\0${first}\0${last}\0${fill ?? ''}\0${sum ?? ''}`;
  // The key is injective: no value contains a NUL, and each list begins with its length.
  for (const { values = [] } of asked) key += `\0${values.length}\0${values.join('\0')}`;
  return key;
}
