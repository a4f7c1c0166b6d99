import type { Config } from '../config/config.ts';
import type { Metric } from '../core/metric/metric.ts';
import { nearest } from '../core/value/nearest.ts';

// What only some names need is imported for those: `kraken config` needn't load an engine.

/** Called wrongly, in a way that the parser can't know. The message is one sentence. */
export class UsageError extends Error {}

/**
 * A built-in metric. @param config where data sets are, which the answer to a name of one tells
 * @param others what else may stand there
 * @throws UsageError with the name that was most likely meant
 */
export async function metricNamed(
  name: string,
  config?: Config,
  others: readonly string[] = [],
): Promise<Metric> {
  const { METRICS } = await import('../metrics/index.ts');
  const metric = METRICS.find((known) => known.name === name);
  if (metric) return metric;
  if (config && (await datasetsOf(config)).has(name))
    throw new UsageError(`${name} is a data set: its rows are those of its file, and come by themselves`);
  throw await unknownMetric(name, [...METRICS.map((known) => known.name), ...others], config);
}

/** A metric with rows of its own, built-in or a data set. @throws UsageError */
export async function storedMetric(name: string, config: Config): Promise<Metric> {
  const { METRICS } = await import('../metrics/index.ts');
  const datasets = await datasetsOf(config);
  const metric = METRICS.find((known) => known.name === name) ?? datasets.get(name);
  if (!metric)
    throw await unknownMetric(name, [...METRICS.map((known) => known.name), ...datasets.keys()], config);
  const { tableOf } = await import('../core/metric/metric-table.ts');
  const base = METRICS.find((known) => tableOf(known).name === tableOf(metric).name);
  if (base && base !== metric)
    throw new UsageError(`${name} is a saved question, and has no rows of its own: they are ${base.name}'s`);
  return metric;
}

/** The data sets of the folder that is set, by name. */
async function datasetsOf(config: Config): Promise<ReadonlyMap<string, Metric>> {
  const { catalogueWithDatasets } = await import('../setup/datasets-catalogue.ts');
  const { metrics } = await catalogueWithDatasets(config, new AbortController().signal);
  const { METRICS } = await import('../metrics/index.ts');
  return new Map(metrics.slice(METRICS.length).map((metric) => [metric.name, metric]));
}

/** @param config where data sets may be, unless none are meant */
export async function unknownMetric(
  name: string,
  known: readonly string[],
  config?: Config,
): Promise<UsageError> {
  const { datasetRemedy, NO_FOLDER } = await import('./dataset-remedy.ts');
  const remedy = config && (await datasetRemedy(name, config));
  if (remedy !== undefined) return new UsageError(`there is no metric ${name}: ${remedy}`);
  const meant = nearest(name, known);
  const besides = config?.datasets === 'none' ? ` If it is a data set: ${NO_FOLDER}.` : '';
  const hint = meant ? `did you mean ${meant}?` : `kraken catalogue lists those there are.${besides}`;
  return new UsageError(`there is no metric ${name}: ${hint}`);
}
