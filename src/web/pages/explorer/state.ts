import { type Catalogue, metricIn } from '../../../core/metric/catalogue.ts';
import { questionOf } from '../../../core/question/metric-paths.ts';
import type { Metric } from '../../../core/metric/metric.ts';
import { chosenDimensions, filledPath, pathParameters } from '../../../core/metric/path-parameters.ts';
import { invalidParameter, type Problem } from '../../../core/problem.ts';
import type { PathQuestion } from '../../../core/question/question.ts';
import { named, ownOnly } from '../../../core/value/named.ts';

/** How an answer is shown. */
export type View = 'lines' | 'table' | 'top';

/** What the explorer shows: all of it is in the URL, and nothing else is. */
export interface ExplorerState {
  readonly metric: Metric;
  /** Of the metric's path, by name; several values of a dimension are joined by `|`. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly measure: string;
  readonly view: View;
  /** Whether it is compared with as many periods before. */
  readonly compare: boolean;
}

/** What a URL says, before defaults: an absent parameter isn't there, an empty one is. */
export interface Asked {
  readonly metric: Metric;
  readonly parameters: Readonly<Record<string, string>>;
  /** Of another metric, so that they are kept where they mean something here too. */
  readonly isCarriedOver: boolean;
  readonly measure: string;
  readonly view: View;
  readonly compare: boolean;
  /** What is wrong with the explorer's own parameters. */
  readonly problem: Problem | undefined;
}

/** The explorer's own parameters. A dimension of such a name is `where.NAME` in the URL. */
const OWN = ['metric', 'measure', 'view', 'compare', 'was'];

/** What a parameter of a metric's path is called in the explorer's URL. */
export function fieldOf(name: string): string {
  return OWN.includes(name) ? `where.${name}` : name;
}

/** The views that a metric has, the first unless one is asked for. */
export function viewsOf({ shape }: Metric): readonly View[] {
  return shape.kind === 'top' ? ['top', 'table'] : ['lines', 'table', 'top'];
}

/**
 * Reads a URL. `metric` is named, or the fallback is taken.
 * @throws Problem for a metric that there isn't
 */
export function readAsked(query: URLSearchParams, catalogue: Catalogue, fallback: Metric): Asked {
  const metric = metricIn(catalogue, query.get('metric') ?? fallback.name, 'metric');
  const parameters = named<string>();
  for (const parameter of pathParameters(metric)) {
    const texts = query.getAll(fieldOf(parameter));
    if (texts.length > 0) parameters[parameter] = splitValues(texts).join('|');
  }
  const views = viewsOf(metric);
  const measures = Object.keys(metric.measures);
  const was = query.get('was');
  const isCarriedOver = was !== null && was !== metric.name;
  // What suits a list needn't suit a series.
  const isOtherShape = isCarriedOver && catalogue.byName.get(was)?.shape.kind !== metric.shape.kind;
  let problem: Problem | undefined;
  const oneOf = <T extends string>(own: string, allowed: readonly T[], unless: T): T => {
    const text = query.get(own) ?? '';
    const found = allowed.find((known) => known === text);
    if (found === undefined && text !== '' && !isCarriedOver)
      problem ??= invalidParameter(own, `${own} should be one of ${allowed.join(', ')}`, allowed);
    return found ?? unless;
  };
  return {
    metric,
    parameters,
    isCarriedOver,
    measure: oneOf('measure', measures, measures[0] as string),
    view: isOtherShape ? (views[0] as View) : oneOf('view', views, views[0] as View),
    compare: metric.shape.kind === 'series' && oneOf('compare', ['previous', 'none'], 'none') === 'previous',
    problem,
  };
}

/** Values may be in one parameter, or in several of one name. */
function splitValues(texts: readonly string[]): string[] {
  const values = texts.flatMap((text) => text.split('|')).map((value) => value.trim());
  return [...new Set(values.filter((value) => value !== ''))];
}

/** The values of a dimension. */
export function valuesIn({ parameters }: Pick<ExplorerState, 'parameters'>, name: string): string[] {
  const text = parameters[name] ?? '';
  return text === '' ? [] : text.split('|');
}

/** The URL that has this state: the permalink. */
export function urlOf({ metric, parameters, measure, view, compare }: ExplorerState): string {
  const query = new URLSearchParams({ metric: metric.name });
  for (const name of pathParameters(metric)) query.set(fieldOf(name), parameters[name] ?? '');
  if (Object.keys(metric.measures)[0] !== measure) query.set('measure', measure);
  query.set('view', view);
  if (compare) query.set('compare', 'previous');
  return `/?${query.toString()}`;
}

/** The same state but for some of its parameters. */
export function withParameters(
  state: ExplorerState,
  parameters: Readonly<Record<string, string>>,
): ExplorerState {
  return { ...state, parameters: ownOnly({ ...state.parameters, ...parameters }) };
}

/** What is asked of the road. */
export function questionIn({
  metric,
  parameters,
}: Pick<ExplorerState, 'metric' | 'parameters'>): PathQuestion {
  const all = ownOnly(parameters);
  for (const { name } of chosenDimensions(metric)) all[name] ??= '';
  return questionOf({ kind: 'metric', metric, parameters: all });
}

/** The path of the question under /metrics, ready for a URL and for quotes in a shell. */
export function pathIn({ metric, parameters }: Pick<ExplorerState, 'metric' | 'parameters'>): string {
  return filledPath(metric, parameters).replaceAll("'", '%27');
}
