import { annotationsTouching } from '../../core/question/annotations.ts';
import type { Annotation } from '../../core/metric/annotation.ts';
import { ordinalAt, type Span } from '../../core/time/time.ts';
import { periodInWords } from './words.ts';

/** An owner's note on some periods of a chart. */
export interface Note {
  /** The indices of its first and last period, within the chart; 0 in a list, which has one period. */
  readonly from: number;
  readonly to: number;
  /** Its date and its text: `1 March 2024: The script was off.` */
  readonly text: string;
}

/** The maximum number of notes on a chart. */
const MAX_NOTES = 50;

/** The notes on an answer's periods. */
export function notesOf(asked: Parameters<typeof annotationsTouching>[0], span: Span): Note[] {
  return annotationsTouching(asked, span)
    .slice(0, MAX_NOTES)
    .map(({ annotation, span: { first, last } }) => ({
      from: Math.max(first, span.first) - span.first,
      to: Math.min(last, span.last) - span.first,
      text: `${datesInWords(annotation)}: ${annotation.text}`,
    }));
}

/** When an annotation is about, in words. */
export function datesInWords({ startMs, endMs, units: [first, last] }: Annotation): string {
  const from = periodInWords(first, ordinalAt(first, startMs));
  const to = periodInWords(last, ordinalAt(last, endMs - 1));
  return from === to ? from : `${from} to ${to}`;
}
