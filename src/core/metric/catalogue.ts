import type { Dashboard, Graph } from './dashboard.ts';
import { dimensionNames, dimensionOf, openDimensions, type Metric } from './metric.ts';
import { suggestion, nearest } from '../value/nearest.ts';
import { pathParameters } from './path-parameters.ts';
import { invalidParameter } from '../problem.ts';

/** Every metric that is served. A catalogue is immutable: a change makes a new one. */
export interface Catalogue {
  readonly metrics: readonly Metric[];
  readonly byName: ReadonlyMap<string, Metric>;
  /** Graphs that data owners composed, by id. */
  readonly graphs: ReadonlyMap<string, Graph>;
  readonly dashboards: ReadonlyMap<string, Dashboard>;
}

export interface Views {
  readonly graphs?: readonly Graph[];
  readonly dashboards?: readonly Dashboard[];
}

/** A declaration that can't be served. The message is for its author. */
export class CatalogueError extends Error {
  constructor(metric: string, message: string) {
    super(`metric ${metric}: ${message}`);
    this.name = 'CatalogueError';
  }
}

/** Makes a catalogue. @throws CatalogueError that says which declaration is wrong and why */
export function makeCatalogue(metrics: readonly Metric[], views: Views = {}): Catalogue {
  const byName = new Map<string, Metric>();
  const byPath = new Map<string, Metric>();
  for (const metric of metrics) {
    check(metric);
    if (byName.has(metric.name)) throw new CatalogueError(metric.name, 'is declared twice.');
    const other = byPath.get(shapeOf(metric.path));
    if (other) throw new CatalogueError(metric.name, `its path is the same as that of ${other.name}.`);
    byPath.set(shapeOf(metric.path), metric);
    byName.set(metric.name, metric);
  }
  return {
    metrics: [...metrics],
    byName,
    graphs: new Map(views.graphs?.map((graph) => [graph.id, graph])),
    dashboards: new Map(views.dashboards?.map((dashboard) => [dashboard.id, dashboard])),
  };
}

/** The metric with a name. @throws Problem that names the parameter and suggests the nearest name */
export function metricIn({ byName }: Catalogue, name: string, parameter: string): Metric {
  const metric = byName.get(name);
  if (metric) return metric;
  const known = [...byName.keys()];
  throw invalidParameter(parameter, `There is no metric ${name}${suggestion(nearest(name, known))}`, known);
}

/** A path without the names of its parameters. */
function shapeOf(path: string): string {
  return path.replace(/\{[^}]+\}/g, '{}');
}

function check(metric: Metric): void {
  const refuse = (message: string): never => {
    throw new CatalogueError(metric.name, message);
  };
  const names = dimensionNames(metric);
  if (!/^[a-z][a-z0-9-]*$/.test(metric.name))
    refuse('its name may only have small letters, digits and hyphens, and begins with a letter.');
  if (new Set(names).size !== names.length) refuse('a dimension is named twice.');
  const inPath = pathParameters(metric);
  const isSeries = metric.shape.kind === 'series';
  const period = isSeries ? ['granularity', 'start', 'end'] : ['year', 'month'];
  const stored = Object.values(metric.grains).filter((source) => source !== 'summed');
  const open = openDimensions(metric).map(({ name }) => name);
  for (const name of Object.keys(metric.fixed ?? {}))
    if (!names.includes(name)) refuse(`it fixes ${name}, which is not a dimension.`);
  for (const name of [...open, ...period]) {
    const follows =
      name === 'granularity' ? stored.length === 1 : isSeries && dimensionOf(metric, name)?.values;
    if (!inPath.includes(name) && !follows) refuse(`the path lacks {${name}}.`);
  }
  for (const name of inPath) {
    const known =
      open.includes(name) || period.includes(name) || (metric.shape.kind === 'top' && name === 'day');
    if (!known) refuse(`the path has {${name}}, which is not a dimension.`);
  }
  for (const name of metric.scope)
    if (!names.includes(name)) refuse(`the scope names ${name}, which is not a dimension.`);
  if (Object.keys(metric.measures).length === 0) refuse('it has no measure.');
  if (metric.home === 'series') {
    const key = [...metric.key.row, ...metric.key.column];
    for (const name of names)
      if (!key.includes(name)) refuse(`the key lacks the dimension ${name}: two series would share a cell.`);
    for (const name of key)
      if (!names.includes(name)) refuse(`the key names ${name}, which is not a dimension.`);
    if (new Set(key).size !== key.length) refuse('the key names a dimension twice.');
  }
  for (const [grain, source] of Object.entries(metric.grains)) {
    const summed = grain === 'weekly' || grain === 'yearly';
    if (summed !== (source === 'summed'))
      refuse(
        `the grain ${grain} can't be ${source}: weeks and years are always summed, and nothing else is.`,
      );
    if (source === 'stored or summed' && (grain !== 'monthly' || !metric.grains.daily))
      refuse('only months can be "stored or summed", and the metric needs days for it.');
  }
  if (metric.shape.kind === 'top') {
    if (metric.home !== 'series')
      refuse('the home of a top has to be series: its lists are read from the series store.');
    if (!Object.hasOwn(metric.measures, metric.shape.rankBy))
      refuse(`it ranks by ${metric.shape.rankBy}, which is not a measure.`);
    if (!metric.grains.daily && !metric.grains.monthly) refuse('a top needs the grain daily or monthly.');
  }
}
