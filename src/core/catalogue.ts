import { dimensionNames, type Metric } from './metric.ts';

/**
 * Every metric that is served, as an immutable value. What changes it (data owners' files) makes
 * a new one; whoever holds a catalogue is never surprised.
 */
export interface Catalogue {
  readonly metrics: readonly Metric[];
  readonly byName: ReadonlyMap<string, Metric>;
}

/** A declaration that can't be served. The message is a sentence for its author. */
export class CatalogueError extends Error {
  constructor(metric: string, message: string) {
    super(`metric ${metric}: ${message}`);
    this.name = 'CatalogueError';
  }
}

/** @throws CatalogueError, saying in a sentence which declaration is wrong and why */
export function makeCatalogue(metrics: readonly Metric[]): Catalogue {
  const byName = new Map<string, Metric>();
  for (const metric of metrics) {
    check(metric);
    if (byName.has(metric.name)) throw new CatalogueError(metric.name, 'is declared twice.');
    byName.set(metric.name, metric);
  }
  return { metrics: [...metrics], byName };
}

function check(metric: Metric): void {
  const refuse = (message: string): never => {
    throw new CatalogueError(metric.name, message);
  };
  const names = dimensionNames(metric);
  if (!/^[a-z][a-z0-9-]*$/.test(metric.name))
    refuse('the name may have small letters, digits and hyphens only.');
  if (new Set(names).size !== names.length) refuse('a dimension is named twice.');
  const inPath = [...metric.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] as string);
  const period = metric.shape.kind === 'series' ? ['granularity', 'start', 'end'] : ['year', 'month', 'day'];
  for (const name of names) if (!inPath.includes(name)) refuse(`the path lacks {${name}}.`);
  for (const name of inPath) {
    if (!names.includes(name) && !period.includes(name))
      refuse(`the path has {${name}}, which is no dimension.`);
  }
  for (const name of metric.scope) if (!names.includes(name)) refuse(`the scope ${name} is no dimension.`);
  if (Object.keys(metric.measures).length === 0) refuse('it has no measure.');
  if (metric.home === 'series') {
    const key = [...metric.key.row, ...metric.key.column];
    for (const name of names)
      if (!key.includes(name)) refuse(`the key misses the dimension ${name}: two series would share a cell.`);
    for (const name of key)
      if (!names.includes(name)) refuse(`the key names ${name}, which is no dimension.`);
    if (new Set(key).size !== key.length) refuse('the key names a dimension twice.');
  }
  if (metric.shape.kind === 'top') {
    if (!(metric.shape.rankBy in metric.measures))
      refuse(`it ranks by ${metric.shape.rankBy}, which is no measure.`);
    if (!metric.grains.daily && !metric.grains.monthly) refuse('a top needs the grain daily or monthly.');
  }
}
