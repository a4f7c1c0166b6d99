import type { Metric } from './metric.ts';

/** What a metric says of itself beside its title; undefined where that says it all. */
export function docBeside({ title, doc }: Pick<Metric, 'title' | 'doc'>): string | undefined {
  return doc.replace(/\.$/, '') === title.replace(/\.$/, '') ? undefined : doc;
}
