import { dimensionOf, licenceOf, type Metric } from '../../core/metric/metric.ts';
import type { RowsPlan } from '../../core/question/plan.ts';
import { named } from '../../core/value/named.ts';
import { explorerQuery } from '../../formats/explorer-url.ts';
import type { Json } from './tool.ts';

/** Where numbers come from, and under which licence they may be used: what a text that quotes them has to say. */
export function originOf(metric: Metric, base: string): Json {
  const { title, source, owner } = metric;
  const licence = licenceOf(metric);
  return {
    metric: metric.name,
    title,
    source,
    ...(owner === undefined ? {} : { owner }),
    licence,
    page: `${base}/docs/${metric.name}`,
  };
}

/** The addresses of the same question: as JSON, as CSV, and in the explorer if its metric's path can ask it. */
export function linksOf(plan: RowsPlan, base: string): Json {
  const { query } = plan;
  const question = JSON.stringify({ ...query, dryRun: false });
  const url = `${base}/query?query=${encodeURIComponent(question)}`;
  const explorer = explorerOf(plan);
  return {
    json: url,
    csv: `${url}&format=csv`,
    ...(explorer === undefined ? {} : { explorer: base + explorer }),
  };
}

/** The explorer's address of a series, or undefined if it shows no such thing: it takes lists of values, not conditions. */
function explorerOf({ metric, query }: RowsPlan): string | undefined {
  if (metric.shape.kind !== 'series' || query.grain === null) return undefined;
  const parameters = named<string>();
  for (const [name, value] of Object.entries(query.where)) {
    if (typeof value === 'object' && !Array.isArray(value)) return undefined;
    parameters[name] = [value].flat().join('|');
  }
  for (const name of query.by)
    if (parameters[name] === undefined && dimensionOf(metric, name)?.values === undefined) return undefined;
  const { start, end } = query.range;
  return `/?${explorerQuery(metric, { ...parameters, granularity: query.grain, start, end }).toString()}`;
}
