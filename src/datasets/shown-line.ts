import type { Catalogue } from '../core/metric/catalogue.ts';
import { openDimensions, type Metric, type Parameters } from '../core/metric/metric.ts';
import { pathsOf, questionOf } from '../core/question/metric-paths.ts';
import type { PathQuestion } from '../core/question/question.ts';
import { filledPath } from '../core/metric/path-parameters.ts';
import type { DatasetText } from './texts.ts';
import type { Written } from './validate.ts';
import type { Mistake } from './mistake.ts';

/** A path that something published shows. */
export interface ShownLine {
  readonly path: string;
  /** Something to know of it, where it is written. */
  readonly note: (message: string) => Mistake;
}

/** So many values of one line are looked at one by one. */
const MOST_VALUES = 50;

/**
 * Warnings for lines that show nothing, or not all of their values.
 * @param whyNone why a question has no rows, in words; undefined where it has some, or nobody knows
 */
export async function emptyLines(
  lines: readonly ShownLine[],
  catalogue: Catalogue,
  whyNone: (question: PathQuestion, metric: Metric) => Promise<string | undefined>,
): Promise<Mistake[]> {
  const warnings: Mistake[] = [];
  for (const { path, note } of lines) {
    const target = pathsOf(catalogue).find(path);
    if (target?.kind !== 'metric') continue;
    const question = questionOf(target);
    const why = await whyNone(question, target.metric);
    if (why !== undefined) {
      warnings.push(note(`it shows nothing now: ${why}`));
      continue;
    }
    for (const [name, values = []] of Object.entries(question.where)) {
      if (values.length < 2) continue;
      for (const value of values.slice(0, MOST_VALUES)) {
        const one = { ...question, where: { ...question.where, [name]: [value] } };
        const whyOne = await whyNone(one, target.metric);
        if (whyOne !== undefined) warnings.push(note(`nothing is shown of ${value} now: ${whyOne}`));
      }
    }
  }
  return warnings;
}

interface SavedQuestion {
  readonly metric: Metric;
  /** The question for all of it. */
  readonly whole: Parameters;
  readonly written: Written<DatasetText>;
}

/**
 * What a saved question is about, as a line; none where the values that it leaves open are
 * known to the engines only.
 */
export function lineOfQuestion({ metric, whole, written }: SavedQuestion): ShownLine[] {
  const { question } = written.value;
  if (!question) return [];
  const isKnown = openDimensions(metric).every(
    ({ name, total }) =>
      question.where?.[name] !== undefined || (total !== undefined && !metric.scope.includes(name)),
  );
  const note = (message: string): Mistake => written.mistake(['question'], message, 'key');
  return isKnown ? [{ path: filledPath(metric, whole), note }] : [];
}
