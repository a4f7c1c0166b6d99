import { pathParameters } from '../core/metric/path-parameters.ts';
import type { Metric } from '../core/metric/metric.ts';

/** The explorer's own parameters. A dimension with the same name is `where.NAME` in the URL. */
const OWN = 'metric measure view compare live was by measures having top within others order'.split(' ');

/** Returns the name of a path parameter in the explorer's URL. */
export function explorerField(name: string): string {
  return OWN.includes(name) ? `where.${name}` : name;
}

/**
 * The query of the explorer's URL that shows a question.
 * @param parameters the parameters of the metric's path, by name; the explorer fills in those that are missing
 */
export function explorerQuery(
  metric: Metric,
  parameters: Readonly<Record<string, string | undefined>>,
): URLSearchParams {
  const query = new URLSearchParams({ metric: metric.name });
  for (const name of pathParameters(metric)) {
    const value = parameters[name];
    if (value !== undefined) query.set(explorerField(name), value);
  }
  return query;
}
