import { createHash } from 'node:crypto';
import type { Annotation } from '../core/metric/annotation.ts';
import type { Metric } from '../core/metric/metric.ts';
import { nearest, suggestion } from '../core/value/nearest.ts';
import { periodOfDate } from '../core/time/date-text.ts';
import { type Mistake, MistakesError } from './mistake.ts';
import type { AnnotationText, MetricText } from './texts.ts';
import type { Written } from './validate.ts';
import type { Path } from './yaml-file.ts';

/** What an author may write for a date. */
export const DATE = 'a date such as 2024-03-01, 2024-03, 2024-03-01T05 or "2024", in UTC';

/**
 * Reads the annotations of a document.
 * @param metric the metric that they are about
 * @throws MistakesError
 */
export function annotationsOf(
  written: Written<{ readonly annotations?: readonly AnnotationText[] }>,
  metric: Pick<Metric, 'name' | 'dimensions'>,
): Annotation[] {
  const mistakes: Mistake[] = [];
  const wrong = (path: Path, message: string): void => {
    mistakes.push(written.mistake(path, message));
  };
  const read = (written.value.annotations ?? []).flatMap((one, i): Annotation[] => {
    const at = (name: string): Path => ['annotations', i, name];
    const { date, until = date, text } = one;
    const [from, to] = [periodOfDate(date), periodOfDate(until)];
    if (!from) wrong(at('date'), `date is ${date}, but should be ${DATE}.`);
    if (!to && one.until !== undefined) wrong(at('until'), `until is ${until}, but should be ${DATE}.`);
    if (from && to && to.until <= from.from) wrong(at('until'), `until, ${until}, is before ${date}.`);
    const where = whereOf(one, metric, (name, message) => wrong([...at('where'), name], message));
    if (!from || !to) return [];
    const units = [from.unit, to.unit] as const;
    const about = { from: date, to: until, units, startMs: from.from, endMs: to.until, text: text.trim() };
    return [{ ...about, ...(where ? { where } : {}) }];
  });
  if (mistakes.length > 0) throw new MistakesError(mistakes);
  return read;
}

function whereOf(
  { where }: AnnotationText,
  { name: metric, dimensions }: Pick<Metric, 'name' | 'dimensions'>,
  wrong: (name: string, message: string) => void,
): Record<string, readonly string[]> | undefined {
  if (!where) return undefined;
  return Object.fromEntries(
    Object.entries(where).flatMap(([name, selected]) => {
      const dimension = dimensions.find((one) => one.name === name);
      if (dimension) return [[name, [selected].flat().map((value) => dimension.normalise(value))] as const];
      const near = nearest(
        name,
        dimensions.map((one) => one.name),
      );
      wrong(name, `${metric} has no dimension ${name}${near ? suggestion(near) : '.'}`);
      return [];
    }),
  );
}

/** A metric with further annotations, if there are any. Its edition says so, so that no kept picture lacks them. */
export function annotated(metric: Metric, annotations: readonly Annotation[]): Metric {
  // A saved question has those of its metric.
  const all = [...(metric.annotations ?? []), ...annotations];
  if (all.length === 0) return metric;
  const digest = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 12);
  const [edition = ''] = metric.edition?.split('+') ?? [];
  return { ...metric, annotations: all, edition: `${edition}+${digest}` };
}

/**
 * The built-in metrics with the annotations that an operator's documents give them. Mistakes are reported, and leave out the
 * annotations of their document.
 */
export function annotatedMetrics(
  metrics: readonly Metric[],
  documents: readonly Written<MetricText>[],
  mistakes: Mistake[],
): Metric[] {
  const found = new Map<string, Annotation[]>();
  for (const written of documents) {
    const { metric: name } = written.value;
    const metric = metrics.find((one) => one.name === name);
    if (!metric) {
      const near = nearest(
        name,
        metrics.map((one) => one.name),
      );
      const hint = near ? suggestion(near) : '; a data set has its annotations in its own document.';
      mistakes.push(written.mistake(['metric'], `there is no metric ${name} of Kraken${hint}`));
      continue;
    }
    try {
      found.set(name, [...(found.get(name) ?? []), ...annotationsOf(written, metric)]);
    } catch (error) {
      if (!(error instanceof MistakesError)) throw error;
      mistakes.push(...error.mistakes);
    }
  }
  return metrics.map((metric) => annotated(metric, found.get(metric.name) ?? []));
}
