import type { MetricDeclaration } from './metric.ts';

/** Whether there are sums: of the measures that add up, where each other one may be null beside them. */
export function hasSums({ measures }: Pick<MetricDeclaration, 'measures'>): boolean {
  const all = Object.values(measures);
  return all.some(({ additive }) => additive) && all.every(({ additive, gaps }) => additive || gaps === true);
}

/** Why some measures have no sums, naming them; undefined where all have. */
export function whyNoSums({ measures }: Pick<MetricDeclaration, 'measures'>): string | undefined {
  const fixed = Object.keys(measures).filter((name) => measures[name]?.additive === false);
  return fixed.length === 0
    ? undefined
    : `${fixed.join(', ')} can't be added up: what is counted would count twice`;
}
