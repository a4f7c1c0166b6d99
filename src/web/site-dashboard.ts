import type { Catalogue } from '../core/metric/catalogue.ts';
import type { Graph } from '../core/metric/dashboard.ts';
import type { Metric } from '../core/metric/metric.ts';
import { EngineError } from '../core/engine-error.ts';
import { Problem } from '../core/problem.ts';
import { type Answer, PRESENCE } from '../core/question/answer.ts';
import { pathsOf, questionOf } from '../core/question/metric-paths.ts';
import { type TableState, valuesOfScope } from '../core/time/table-state.ts';
import { type Clock, formatDate, type Grain, type Ordinal, ordinalAt } from '../core/time/time.ts';
import type { Road } from '../read/road.ts';
import { liveQuestion } from './live-question.ts';

/** How many of the newest days are drawn. */
const DAYS = 60;
const PROJECT = 'project';
/** The value of a dimension by which people are counted without programs. */
const PEOPLE = 'user';

/** Returns the sites whose numbers are made from the views of their own visitors, in order. */
export function sitesOf(road: Road): string[] {
  const sites = new Set<string>();
  for (const metric of metricsOfProjects(road.catalogue)) {
    for (const scopes of stateOf(road, metric)?.ownTraffic?.values() ?? []) {
      for (const scope of scopes.keys()) sites.add(valuesOfScope(scope)[0] ?? '');
    }
  }
  return [...sites].sort();
}

/** A graph that was made for a site. */
export interface SiteGraph extends Graph {
  /** The name of its metric. */
  readonly metric: string;
}

/**
 * Returns the graphs of a site: one for each metric that is made from its views, as far as it is loaded. Lists are of
 * the newest day on which somebody came.
 * @param live given if days under way are drawn too: then a site may have no closed ones yet
 */
export async function graphsOf(
  road: Road,
  site: string,
  signal: AbortSignal,
  live: Clock | undefined,
): Promise<SiteGraph[]> {
  const metrics = metricsOfSites(road.catalogue);
  const series = metrics.find(({ shape }) => shape.kind === 'series');
  const visited = series && (await lastVisit(road, series, site, signal));
  return metrics.flatMap((metric) => {
    const newest = newestOf(stateOf(road, metric), site) ?? (live && openDay(road, metric, site, live));
    const isList = metric.shape.kind === 'top' && newest?.grain === 'daily';
    const path = newest && pathOf(metric, site, newest.grain, (isList && visited) || newest.last);
    if (path === undefined) return [];
    const id = `${metric.name}-of-${site}`;
    return [{ id, title: metric.title, doc: metric.doc, data: [{ path }], metric: metric.name }];
  });
}

/** Returns the newest of the drawn days on which a series has a row. */
async function lastVisit(
  road: Road,
  metric: Metric,
  site: string,
  signal: AbortSignal,
): Promise<Ordinal | undefined> {
  const newest = newestOf(stateOf(road, metric), site);
  const path = newest?.grain === 'daily' && pathOf(metric, site, 'daily', newest.last);
  const target = path ? pathsOf(road.catalogue).find(path) : undefined;
  if (target?.kind !== 'metric') return undefined;
  let answer: Answer;
  try {
    answer = await road.read(road.plan(questionOf(target)), signal);
  } catch (error) {
    // Its graph says so, too.
    if (error instanceof Problem || error instanceof EngineError) return undefined;
    throw error;
  }
  if (answer.kind !== 'series') return undefined;
  const days = answer.series.flatMap(({ first, presence }) => first + presence.lastIndexOf(PRESENCE.stored));
  return days.length === 0 ? undefined : Math.max(...days);
}

/** Today, if a metric's days are counted while they are under way. */
function openDay(road: Road, metric: Metric, site: string, clock: Clock): Newest | undefined {
  const today: Newest = { grain: 'daily', last: ordinalAt('daily', clock.now()) };
  const path = pathOf(metric, site, today.grain, today.last);
  return path !== undefined && liveQuestion(road, path, clock) ? today : undefined;
}

/** The paths of a site's series that may have periods under way, the finest first. */
export function livePathsOf(road: Road, site: string, clock: Clock): string[] {
  const series = metricsOfSites(road.catalogue).filter(({ shape }) => shape.kind === 'series');
  return (['hourly', 'daily'] as const).flatMap((grain) =>
    series.flatMap((metric) =>
      metric.grains[grain] ? (pathOf(metric, site, grain, ordinalAt(grain, clock.now())) ?? []) : [],
    ),
  );
}

/** The metrics that are made from views and name one site. */
function metricsOfSites(catalogue: Catalogue): Metric[] {
  return metricsOfProjects(catalogue).filter(({ dimensions }) =>
    dimensions.every(({ name, total }) => name === PROJECT || total !== undefined),
  );
}

/** The metrics that are made from views and loaded by project. */
function metricsOfProjects({ metrics }: Catalogue): Metric[] {
  return metrics.filter(
    ({ aggregate, scope }) => aggregate?.source.name === 'view_events' && scope[0] === PROJECT,
  );
}

interface Newest {
  readonly grain: Grain;
  readonly last: Ordinal;
}

/** Returns the newest day, else the newest month, of a site's own numbers. */
function newestOf(state: TableState | undefined, site: string): Newest | undefined {
  for (const grain of ['daily', 'monthly'] as const) {
    const last = state?.ownTraffic?.get(grain)?.get(site)?.at(-1)?.last;
    if (last !== undefined) return { grain, last };
  }
  return undefined;
}

/** Returns the path of a metric's newest numbers, of people where it tells them apart, else with totals. */
function pathOf(metric: Metric, site: string, grain: Grain, last: Ordinal): string | undefined {
  const [year = '', month = '', day = ''] = formatDate(grain, last).split('-');
  const values: Record<string, string> = {
    granularity: grain,
    start: formatDate(grain, last - DAYS + 1),
    end: formatDate(grain, last),
    year,
    month,
    day: grain === 'daily' ? day : 'all-days',
  };
  for (const { name, total = '', values: known } of metric.dimensions)
    values[name] = name === PROJECT ? site : known?.includes(PEOPLE) ? PEOPLE : total;
  return metric.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

/** A table's state; undefined while its engine has never answered. */
function stateOf(road: Road, metric: Metric): TableState | undefined {
  try {
    return road.watch.stateOf(metric);
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}
