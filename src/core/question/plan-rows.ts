import { combinationCount, combinations } from '../value/combinations.ts';
import { hullOf, type Coverage } from '../time/coverage.ts';
import { isoTime } from './as-of.ts';
import { askedBy, askedOf, scopesOf, type AskedDimension, type Scope } from './conditions.ts';
import { groupsOf, readableOfMembers } from './groups.ts';
import { readGrain, type Metric } from '../metric/metric.ts';
import { clip, isRelativeRange, mayGrow } from './periods.ts';
import type { PlanContext, Route, RowsPlan, SeriesPart, SeriesRead } from './plan.ts';
import { pointsOf } from './points.ts';
import { isWithheld } from '../metric/privacy.ts';
import { invalidParameter } from '../problem.ts';
import { analysisOf, divisorQuestion, echoOf, periodOfDivisor, topAsked } from './plan-analysis.ts';
import { fillOf, grainAsked, orderAsked, refuseSums } from './query-checks.ts';
import { readMeasures } from './query-measures.ts';
import { offsetOf } from './query-cursor.ts';
import { coverageIn, rowsIn, unionOf } from './query-loaded.ts';
import { comparedSpan, datesOf, querySpan } from './query-range.ts';
import type { Query } from './query.ts';
import type { RowsQuestion } from './question.ts';
import { versionIn } from '../time/table-state.ts';
import { intersect, lengthOf, refine, touchedPeriods, type Grain, type Span } from '../time/time.ts';

/**
 * The maximum number of series that are read by key. A question for more is one statement to the warehouse.
 */
const MAX_SERIES_BY_KEY = 500;
/** Scanning this many rows costs one point. */
const ROWS_PER_POINT = 10_000;

/**
 * The plan of a /query question.
 * @param engine the engine that has to answer; by default the plan chooses
 * @throws Problem whose `parameter` is the path of the wrong member
 */
export function planRows(
  question: RowsQuestion,
  metric: Metric,
  asked: readonly AskedDimension[],
  context: PlanContext,
  engine?: Route,
): RowsPlan {
  const { rows, period, options } = question;
  const grain = grainAsked(metric, period.granularity);
  const { catalogue } = context;
  const numbersAsked = readMeasures({ metric, rows, grain, asked, catalogue });
  const { measures, cells, shown } = numbersAsked;
  const top = topAsked({ metric, rows, grain, asked }, numbersAsked);
  const divisorsAsked = numbersAsked.divisors.map((one) => {
    const its = divisorQuestion(one, question);
    return { ...one, question: its, asked: askedOf(one.metric, its) };
  });
  const fill = fillOf(options);
  // One engine reads all that is compared with each other.
  const routes = [{ metric, asked }, ...divisorsAsked].map((one) => routeOf(one.metric, one.asked));
  const route = engine ?? (routes.every((one) => one === 'series') ? 'series' : 'warehouse');
  const state = context.stateOf(metric, route);
  const touched = new Map<Grain, readonly Scope[]>();
  const scopesIn = (stored: Grain): readonly Scope[] => {
    let found = touched.get(stored);
    if (!found) touched.set(stored, (found = scopesOf(metric, asked, state, stored)));
    return found;
  };
  const coveragesOf = (stored: Grain): Coverage[] => scopesIn(stored).map(({ coverage }) => coverage);
  const closed = context.closedState?.(metric, route);
  const ranges = {
    metric,
    grain,
    // `latest` is the newest closed period.
    coveragesOf: closed
      ? (one: Grain) => scopesOf(metric, asked, closed, one).map(({ coverage }) => coverage)
      : coveragesOf,
    clock: context.clock,
  };
  const span = querySpan(period, 'range', ranges);
  const source = sourceOf(metric, route, span, coveragesOf);
  const compared = comparedSpan(rows.compare, span, ranges);
  refuseSums({ metric, asked, measures, grain, span, total: rows.total });
  if (fill && grain === null)
    throw invalidParameter('fill', 'Without a grain there are no periods to fill.', ['null']);
  const query: Query = {
    metric: metric.name,
    where: Object.fromEntries(
      asked.flatMap(({ dimension, echo }) => (echo === undefined ? [] : [[dimension.name, echo]])),
    ),
    by: rows.by,
    grain,
    // A range such as `latest` has no dates if nothing is loaded; then the answer repeats it unchanged.
    range: lengthOf(span) > 0 ? datesOf(span) : { start: period.start, end: period.end },
    measures: cells.slice(0, shown).map(({ name }) => name),
    order: orderAsked(
      rows,
      cells.slice(0, shown).map(({ name }) => name),
      grain,
    ),
    limit: rows.limit,
    total: rows.total,
    compare: compared && lengthOf(compared) > 0 ? datesOf(compared) : null,
    ...echoOf(numbersAsked, top),
    fill: fill ?? null,
    dryRun: rows.dryRun,
    ...(context.asOf === undefined ? {} : { asOf: isoTime(context.asOf) }),
    ...(closed ? { live: true } : {}),
  };
  const scopes = scopesIn(source);
  const loaded = unionOf(scopes);
  const spans = compared ? [span, compared] : [span];
  // A question that a path can ask costs the same here.
  const read: SeriesRead = { question, metric, state, asked, span, source, fill: undefined, parts: [] };
  const series = isNamed(asked) ? spans.map((one) => seriesOf(read, one)) : [];
  const groups = groupsBy(asked, rows.by);
  const numbers = numbersOf({ route, source, query, groups, series, loaded }, spans);
  const stored = spans.map((one) => refine(one, source));
  const inTheWay = route === 'series' ? 0 : Math.ceil(rowsIn(state, stored) / ROWS_PER_POINT);
  const divisors =
    lengthOf(span) === 0
      ? []
      : divisorsAsked.map((one) =>
          planRows(periodOfDivisor(one.question, grain, span), one.metric, one.asked, context, route),
        );
  const ownVersion = Math.max(...stored.map((one) => (lengthOf(one) > 0 ? versionIn(state, one) : 0)));
  // Versions only grow, so their sum changes whenever one of them does.
  const version = divisors.reduce((sum, one) => sum + one.version, ownVersion);
  const offset = rows.cursor === undefined ? 0 : offsetOf(rows.cursor, query, version);
  const known = coverageIn(scopes, loaded, refine(span, source));
  const relative = [period, rows.compare].some(isRelativeRange);
  return {
    kind: 'rows',
    question,
    metric,
    route,
    state,
    asked,
    span,
    grain: span.grain,
    source,
    query,
    key: `query\0${metric.edition ?? ''}\0${JSON.stringify(query)}\0${offset}`,
    version,
    cost: divisors.reduce((sum, { cost }) => sum + cost, numbers * measures.length + inTheWay),
    measures,
    analysis: analysisOf(numbersAsked, top, divisors),
    several: true,
    closed:
      !relative && !mayGrow(coveragesOf(source), span, source) && divisors.every(({ closed: is }) => is),
    relative,
    history: context.historyOf?.(metric),
    coverage: known,
    reason: known ? undefined : scopes.length > 0 ? 'outside-coverage' : 'not-loaded',
    offset,
    compared,
    groups,
    scopes,
    loaded,
    series,
  };
}

/** Whether all values are listed, and few enough to read each series by key. */
function isNamed(asked: readonly AskedDimension[]): boolean {
  return combinationCount(asked.map(({ values }) => values)) <= MAX_SERIES_BY_KEY;
}

/** The engine that answers: the series store if every series can be named, else the warehouse. */
function routeOf({ home, shape }: Metric, asked: readonly AskedDimension[]): Route {
  return home === 'series' && shape.kind === 'series' && isNamed(asked) ? 'series' : 'warehouse';
}

/** The values of `by` of each group; undefined if some aren't listed, or there are too many groups. */
function groupsBy(asked: readonly AskedDimension[], by: readonly string[]): string[][] | undefined {
  const lists = by.map((name) => askedBy(asked, name).values);
  return combinationCount(lists) <= MAX_SERIES_BY_KEY
    ? combinations(lists.map((list = []) => list))
    : undefined;
}

/** The series to read for the rows of a span, one for each group. */
function seriesOf(read: SeriesRead, span: Span): SeriesRead {
  const { question, metric, state, asked, source } = read;
  const names = asked.map(({ dimension }) => dimension.name);
  const places = question.rows?.by.map((name) => names.indexOf(name)) ?? [];
  const parts = groupsOf(asked).map((group): SeriesPart => {
    const members = group.filter((member) => !isWithheld(metric, member));
    const coverage =
      members.length === 0 ? [] : readableOfMembers(metric, state, { grain: span.grain, source }, members);
    const values = places.map((place) => group[0]?.[place] as string);
    return { values, members, span: clip(metric, span, coverage), coverage };
  });
  return { ...read, span, parts };
}

/**
 * How many numbers of each measure are needed, including the compared ones: periods x series for a read by
 * key, otherwise the rows of a page.
 */
function numbersOf(
  asked: Pick<RowsPlan, 'route' | 'source' | 'query' | 'groups' | 'series' | 'loaded'>,
  spans: readonly Span[],
): number {
  const { route, source, query, groups, series, loaded } = asked;
  if (route === 'series') return series.reduce((sum, { parts }) => sum + pointsOf(parts, 1), 0);
  const hull = hullOf(loaded) ?? { first: 0, last: -1 };
  return spans.reduce((sum, span, i) => {
    const periods = (of: Span): number => (query.grain === null ? 1 : lengthOf(of));
    const all = intersect(span, touchedPeriods({ grain: source, ...hull }, span.grain));
    const named = series[i]?.parts.reduce((rows, part) => rows + periods(part.span), 0);
    const answered = named ?? (groups ? groups.length * periods(all) : query.limit);
    return sum + (query.fill ? answered : Math.min(answered, query.limit));
  }, 0);
}

/**
 * The stored grain that is read. If a metric's months may be sums of days, and no month of the range was
 * loaded as a month, the warehouse reads the days.
 */
function sourceOf(
  metric: Metric,
  route: Route,
  span: Span,
  coveragesOf: (grain: Grain) => Coverage[],
): Grain {
  const source = readGrain(metric, span.grain);
  if (route === 'series' || metric.grains[source] !== 'stored or summed') return source;
  const months = refine(span, source);
  const isLoaded = coveragesOf(source).some((coverage) =>
    coverage.some(({ first, last }) => lengthOf(intersect(months, { first, last })) > 0),
  );
  return isLoaded ? source : 'daily';
}
