import type { Catalogue } from '../core/metric/catalogue.ts';
import { openDimensions, type Metric, type Parameters } from '../core/metric/metric.ts';
import { pathsOf, questionOf } from '../core/question/metric-paths.ts';
import type { PathQuestion } from '../core/question/question.ts';
import { filledPath } from '../core/metric/path-parameters.ts';
import type { DatasetText } from './texts.ts';
import type { Written } from './validate.ts';
import type { Mistake } from './mistake.ts';

/** A path that a published graph or question shows. */
export interface ShownLine {
  readonly path: string;
  /** Makes a warning at the place where the path is written. */
  readonly note: (message: string) => Mistake;
}

/** The maximum number of a line's values that are checked one by one. */
const MAX_VALUES = 50;

/**
 * Returns warnings for lines that show nothing, or not all of their values.
 * @param whyNone explains why a question has no rows; undefined if it has some, or the reason is unknown
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
      warnings.push(note(`it currently shows nothing: ${why}`));
      continue;
    }
    for (const [name, values = []] of Object.entries(question.where)) {
      if (values.length < 2) continue;
      for (const value of values.slice(0, MAX_VALUES)) {
        const one = { ...question, where: { ...question.where, [name]: [value] } };
        const whyOne = await whyNone(one, target.metric);
        if (whyOne !== undefined) warnings.push(note(`nothing is currently shown for ${value}: ${whyOne}`));
      }
    }
  }
  return warnings;
}

interface SavedQuestion {
  readonly metric: Metric;
  /** The question for the whole data set. */
  readonly whole: Parameters;
  readonly written: Written<DatasetText>;
}

/** Returns the line that a saved question shows; none if the values of open dimensions are known only to the engines. */
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
