import type { Metric } from './metric.ts';

/** A metric's description, to show below its title; undefined if it only repeats the title. */
export function docBeside({ title, doc }: Pick<Metric, 'title' | 'doc'>): string | undefined {
  return doc.replace(/\.$/, '') === title.replace(/\.$/, '') ? undefined : doc;
}
