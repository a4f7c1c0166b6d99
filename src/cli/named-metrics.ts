import type { Config } from '../config/config.ts';
import type { Metric } from '../core/metric/metric.ts';
import { nearest } from '../core/value/nearest.ts';

// Modules that only some functions need are imported by them: `kraken config` needs no engine.

/** Thrown for a wrong call that the parser can't detect. The message is one sentence. */
export class UsageError extends Error {}

/**
 * Returns a built-in metric. @param config with it, the name of a data set gets a message of its own
 * @param others other names that the argument may have
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
    throw new UsageError(`${name} is a data set: Kraken imports the rows of its file by itself`);
  throw await unknownMetric(name, [...METRICS.map((known) => known.name), ...others], config);
}

/**
 * Returns a metric that has rows of its own, either built-in or a data set. @param others as in `metricNamed`
 * @throws UsageError
 */
export async function storedMetric(
  name: string,
  config: Config,
  others: readonly string[] = [],
): Promise<Metric> {
  const { METRICS } = await import('../metrics/index.ts');
  const datasets = await datasetsOf(config);
  const metric = METRICS.find((known) => known.name === name) ?? datasets.get(name);
  if (!metric)
    throw await unknownMetric(
      name,
      [...METRICS.map((known) => known.name), ...datasets.keys(), ...others],
      config,
    );
  const { tableOf } = await import('../core/metric/metric-table.ts');
  const base = METRICS.find((known) => tableOf(known).name === tableOf(metric).name);
  if (base && base !== metric)
    throw new UsageError(`${name} is a saved question without rows of its own: use ${base.name}`);
  return metric;
}

/** Whether a built-in metric or a data set has this name. */
export async function isMetric(name: string, config: Config): Promise<boolean> {
  const { METRICS } = await import('../metrics/index.ts');
  return METRICS.some((metric) => metric.name === name) || (await datasetsOf(config)).has(name);
}

/** Returns the data sets of the configured folder, by name. */
async function datasetsOf(config: Config): Promise<ReadonlyMap<string, Metric>> {
  const { catalogueWithDatasets } = await import('../setup/datasets-catalogue.ts');
  const { metrics } = await catalogueWithDatasets(config, new AbortController().signal);
  const { METRICS } = await import('../metrics/index.ts');
  return new Map(metrics.slice(METRICS.length).map((metric) => [metric.name, metric]));
}

/** Returns the error for an unknown metric, with a suggestion. @param config undefined if it can't be a data set */
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
  const hint = meant ? `did you mean ${meant}?` : `kraken catalogue lists all metrics.${besides}`;
  return new UsageError(`there is no metric ${name}: ${hint}`);
}
