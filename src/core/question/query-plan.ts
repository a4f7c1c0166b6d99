import { metricIn } from '../catalogue.ts';
import type { Coverage } from '../coverage.ts';
import { readGrain, type Metric } from '../metric.ts';
import type { PlanContext } from './plan.ts';
import { invalidParameter, type NotFoundReason } from '../problem.ts';
import { grainAsked, measuresAsked, orderAsked, refuseSums } from './query-checks.ts';
import { offsetOf } from './query-cursor.ts';
import { coverageIn, type LoadedRange, mayGrow, rowsIn, unionOf } from './query-loaded.ts';
import { comparedSpan, datesOf, isRelativeRange, querySpan } from './query-range.ts';
import { readQuery } from './query-text.ts';
import { askedOf, scopesOf, type Asked, type Scope } from './query-where.ts';
import type { Query } from './query.ts';
import { dimensionsOf } from './unknown-member.ts';
import { versionIn, type TableState } from '../table-state.ts';
import { intersect, lengthOf, refine, type Grain, type Span } from '../time.ts';

/** What answers a question: the series store by key, or the warehouse by SQL. */
export type Route = 'series' | 'warehouse';

/** What will be read to answer a question, and what that costs. Made before anything is read. */
export interface QueryPlan {
  /** The question, understood. */
  readonly query: Query;
  readonly metric: Metric;
  readonly route: Route;
  /** Points. Of series: periods x series x measures; of the warehouse also one for each 10,000 rows in its way. */
  readonly cost: number;
  readonly several: true;
  readonly version: number;
  readonly closed: boolean;
  readonly relative: boolean;
  /** The same for all who ask the same. */
  readonly key: string;
  /** What of the range was loaded; null where nothing was. */
  readonly coverage: LoadedRange | null;
  /** Why there are no rows, where that is known before anything is read. */
  readonly reason: NotFoundReason | undefined;
  /** How many rows come before this page. */
  readonly offset: number;
  /** The periods of the rows; of one row for the whole range, those that it adds up. */
  readonly span: Span;
  /** The stored grain that is read. */
  readonly source: Grain;
  readonly compared: Span | undefined;
  readonly asked: readonly Asked[];
  /** The values of the `by` dimensions of every group, where they are listed; undefined where rows tell. */
  readonly groups: readonly (readonly string[])[] | undefined;
  readonly state: TableState;
  readonly scopes: readonly Scope[];
  /** What was loaded of all of them together. */
  readonly loaded: Coverage;
}

/** The most groups that go by key: more are one statement. */
const MOST_SERIES = 500;
/** So many rows in a statement's way are a point. */
const ROWS_A_POINT = 10_000;

export interface QueryContext extends Omit<PlanContext, 'stateOf'> {
  readonly stateOf: (metric: Metric, route: Route) => TableState;
}

/**
 * Turns a question, as JSON gives it, into a plan. Pure: the same question, catalogue, states and
 * time give the same plan.
 * @throws Problem for every mistake that a caller can make; its `parameter` is the path of the member at fault
 */
export function planQuery(json: unknown, context: QueryContext): QueryPlan {
  const text = readQuery(json, (metric) => dimensionsOf(context.catalogue, metric));
  const metric = metricIn(context.catalogue, text.metric, 'metric');
  const asked = askedOf(metric, text);
  const measures = measuresAsked(metric, text.measures);
  const rowGrain = grainAsked(metric, text.grain);
  const groups = productOf(text.by.map((name) => askedBy(asked, name).values));
  const members = productOf(asked.map(({ values }) => values));
  const route = routeOf(metric, members);
  const state = context.stateOf(metric, route);
  const touched = new Map<Grain, readonly Scope[]>();
  const scopesIn = (grain: Grain): readonly Scope[] => {
    let found = touched.get(grain);
    if (!found) touched.set(grain, (found = scopesOf(metric, asked, state, grain)));
    return found;
  };
  const coveragesOf = (grain: Grain): Coverage[] => scopesIn(grain).map(({ coverage }) => coverage);
  const ranges = { metric, grain: rowGrain, coveragesOf, clock: context.clock };
  const span = querySpan(text.range, 'range', ranges);
  const source = sourceOf(metric, route, span, coveragesOf);
  const compared = comparedSpan(text.compare, span, ranges);
  refuseSums({ metric, asked, measures, grain: rowGrain, span, total: text.total });
  if (text.fill && rowGrain === null)
    throw invalidParameter('fill', 'Without a grain there are no periods to fill.', ['null']);
  const query: Query = {
    metric: metric.name,
    where: Object.fromEntries(
      asked.flatMap(({ dimension, echo }) => (echo === undefined ? [] : [[dimension.name, echo]])),
    ),
    by: text.by,
    grain: rowGrain,
    // Of a range like `latest` where nothing is loaded there are no dates to tell.
    range: lengthOf(span) > 0 ? datesOf(span) : text.range,
    measures,
    order: orderAsked(text, measures, rowGrain),
    limit: text.limit,
    total: text.total,
    compare: compared && lengthOf(compared) > 0 ? datesOf(compared) : null,
    fill: text.fill ?? null,
    dryRun: text.dryRun,
  };
  const scopes = scopesIn(source);
  const loaded = unionOf(scopes);
  const read = [span, ...(compared ? [compared] : [])].map((one) => refine(one, source));
  const version = Math.max(...read.map((one) => (lengthOf(one) > 0 ? versionIn(state, one) : 0)));
  const relative =
    isRelativeRange(text.range) || (typeof text.compare === 'object' && isRelativeRange(text.compare));
  const offset = text.cursor === undefined ? 0 : offsetOf(text.cursor, query, version);
  const known = coverageIn(scopes, loaded, refine(span, source));
  const series = (route === 'series' ? members : groups)?.length;
  const periods = lengthOf(route === 'series' || rowGrain ? span : { ...span, last: span.first });
  const answered = (series ?? Infinity) * periods;
  const numbers = Math.min(answered, route === 'series' || text.fill ? Infinity : text.limit);
  const copies = compared ? 2 : 1;
  const inTheWay = route === 'series' ? 0 : rowsIn(state, read);
  const bounded = Number.isFinite(numbers) ? numbers : text.limit;
  return {
    query,
    metric,
    route,
    cost: bounded * measures.length * copies + Math.ceil(inTheWay / ROWS_A_POINT),
    several: true,
    version,
    closed: !relative && scopes.length > 0 && !mayGrow(scopes, span, source),
    relative,
    key: `query\0${metric.edition ?? ''}\0${JSON.stringify(query)}\0${offset}`,
    coverage: known,
    reason: known ? undefined : scopes.length > 0 ? 'outside-coverage' : 'not-loaded',
    offset,
    span,
    source,
    compared,
    asked,
    groups,
    state,
    scopes,
    loaded,
  };
}

/** What a question asks of a dimension that it groups by. */
export function askedBy(asked: readonly Asked[], name: string): Asked {
  return asked.find(({ dimension }) => dimension.name === name) as Asked;
}

/** Every combination of listed values; undefined where some list isn't known, or there are too many. */
export function productOf(lists: readonly (readonly string[] | undefined)[]): string[][] | undefined {
  let product: string[][] = [[]];
  for (const list of lists) {
    if (!list || product.length * list.length > MOST_SERIES) return undefined;
    product = product.flatMap((values) => list.map((value) => [...values, value]));
  }
  return product;
}

/** Key-shaped questions go to the series store: every value is named, so that every cell is known. */
function routeOf({ home, shape }: Metric, members: readonly string[][] | undefined): Route {
  return home === 'series' && shape.kind === 'series' && members !== undefined ? 'series' : 'warehouse';
}

/**
 * The stored grain that is read. In the warehouse the months of a metric whose months may be sums
 * are read as its days where they weren't loaded as such.
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
