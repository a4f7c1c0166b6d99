import type { Metric } from '../../core/metric.ts';
import { invalidParameter, Problem } from '../../core/problem.ts';
import type { Question } from '../../core/question.ts';
import { COLUMNS, FORMS, type Form } from '../../formats/forms.ts';

/** The query parameters that are ours; an AQS URL has none. */
export const OPTIONS = ['format', 'shape', 'fill', 'sum'] as const;
export type Option = (typeof OPTIONS)[number];

/** A question, and the form in which its answer is wanted. */
export interface MetricRequest {
  readonly question: Question;
  readonly form: Form;
  /** Names the form in the key of a kept answer. */
  readonly formName: string;
}

/**
 * Reads an AQS URL with our options.
 * @throws Problem for options; what is wrong with the question itself, its plan finds
 */
export function metricRequest(
  metric: Metric,
  parameters: Readonly<Record<string, string>>,
  query: string,
): MetricRequest {
  const options = optionsOf(query);
  const where: Record<string, readonly string[]> = {};
  for (const { name } of metric.dimensions) where[name] = (parameters[name] as string).split('|');
  const { granularity, start, end, year, month, day } = parameters;
  const period =
    metric.shape.kind === 'top'
      ? { year: year ?? '', month: month ?? '', ...(day === undefined ? {} : { day }) }
      : { granularity: granularity ?? '', start: start ?? '', end: end ?? '' };
  const { format, shape, fill, sum } = options;
  if (metric.shape.kind === 'top' && (fill !== undefined || sum !== undefined)) {
    throw invalidParameter(
      fill === undefined ? 'sum' : 'fill',
      `${metric.name} has lists, which can be neither filled nor summed`,
    );
  }
  return {
    question: {
      metric: metric.name,
      where,
      period,
      options: { ...(fill === undefined ? {} : { fill }), ...(sum === undefined ? {} : { sum }) },
    },
    ...formOf(format, shape),
  };
}

/** AQS ignores all query parameters; where one of ours is used, those that don't exist are refused. */
function optionsOf(query: string): Partial<Record<Option, string>> {
  if (query === '') return {};
  const all = new URLSearchParams(query);
  if (!OPTIONS.some((name) => all.has(name))) return {};
  const options: Partial<Record<Option, string>> = {};
  for (const [name, value] of all) {
    const option = OPTIONS.find((known) => known === name);
    if (!option) {
      throw new Problem('unknown-parameter', `There is no query parameter ${name}.`, {
        parameter: name,
        allowed: OPTIONS,
      });
    }
    if (options[option] !== undefined) throw invalidParameter(name, `${name} is given twice`);
    options[option] = value;
  }
  return options;
}

function formOf(format: string | undefined, shape: string | undefined): { form: Form; formName: string } {
  const name = (Object.keys(FORMS) as (keyof typeof FORMS)[]).find((known) => known === (format ?? 'json'));
  if (!name)
    throw invalidParameter(
      'format',
      `format should be one of ${Object.keys(FORMS).join(', ')}`,
      Object.keys(FORMS),
    );
  if (shape === undefined || shape === 'items') return { form: FORMS[name], formName: name };
  if (shape !== 'columns')
    throw invalidParameter('shape', 'shape should be items or columns', ['items', 'columns']);
  if (name !== 'json')
    throw invalidParameter('shape', `shape=columns is a shape of JSON; ${name} has columns already`, [
      'items',
    ]);
  return { form: COLUMNS, formName: 'columns' };
}
