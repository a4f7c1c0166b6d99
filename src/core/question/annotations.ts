import type { Annotation } from '../metric/annotation.ts';
import type { Metric } from '../metric/metric.ts';
import { ordinalAt, type Span } from '../time/time.ts';
import type { AskedDimension } from './conditions.ts';

/** An annotation with the periods that it touches, which may reach beyond those that were asked for. */
export interface TouchingAnnotation {
  readonly annotation: Annotation;
  readonly span: Span;
}

/** What of a plan decides which annotations belong to its answer. */
interface Asked {
  readonly metric: Metric;
  readonly asked: readonly Pick<AskedDimension, 'dimension' | 'values'>[];
}

/** The annotations of an answer's periods and values, in the order of time. */
export function annotationsTouching(
  { metric, asked }: Asked,
  { grain, first, last }: Span,
): TouchingAnnotation[] {
  const { annotations = [] } = metric;
  if (annotations.length === 0 || first > last) return [];
  const valuesOf = (name: string): readonly string[] | undefined =>
    asked.find(({ dimension }) => dimension.name === name)?.values;
  return annotations
    .map((annotation) => ({
      annotation,
      span: {
        grain,
        first: ordinalAt(grain, annotation.startMs),
        last: ordinalAt(grain, annotation.endMs - 1),
      },
    }))
    .filter(
      ({ annotation, span }) => span.last >= first && span.first <= last && isAboutAny(annotation, valuesOf),
    )
    .toSorted(
      (a, b) => a.annotation.startMs - b.annotation.startMs || a.annotation.endMs - b.annotation.endMs,
    );
}

/**
 * Whether an annotation is about any of the values that are asked for.
 * @param valuesOf gives the values of a dimension; undefined for all
 */
export function isAboutAny(
  { where = {} }: Annotation,
  valuesOf: (dimension: string) => readonly string[] | undefined,
): boolean {
  return Object.entries(where).every(([name, values]) => {
    const asked = valuesOf(name);
    return asked === undefined || asked.some((value) => values.includes(value));
  });
}

/** An annotation as answers give it. */
export interface AnnotationEntry {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly where?: Annotation['where'];
}

export function annotationEntry({ from, to, text, where }: Annotation): AnnotationEntry {
  return { from, to, text, ...(where ? { where } : {}) };
}
