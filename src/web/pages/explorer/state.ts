import { type Catalogue, metricIn } from '../../../core/metric/catalogue.ts';
import { questionOf } from '../../../core/question/metric-paths.ts';
import type { Metric } from '../../../core/metric/metric.ts';
import { chosenDimensions, filledPath, pathParameters } from '../../../core/metric/path-parameters.ts';
import { invalidParameter, type Problem } from '../../../core/problem.ts';
import { NOW } from '../../../core/question/periods.ts';
import type { PathQuestion } from '../../../core/question/question.ts';
import { named, ownOnly } from '../../../core/value/named.ts';
import { readAnalysis, writeAnalysis, type AnalysisText } from './analysis-text.ts';
import { explorerField, explorerQuery } from '../../../formats/explorer-url.ts';

/** The ways to show an answer. */
export type View = 'lines' | 'table' | 'top' | 'analysis';

/** The state of the explorer. The URL contains exactly this. */
export interface ExplorerState {
  readonly metric: Metric;
  /** The parameters of the metric's path, by name. Several values of a dimension are joined by `|`. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly measure: string;
  readonly view: View;
  /** Whether it is compared with as many earlier periods. */
  readonly compare: boolean;
  /** Whether the period under way is shown too. A range that ends now has it anyway. */
  readonly live: boolean;
  /** Set in the view `analysis`: what its rows are, and their numbers. */
  readonly analysis?: AnalysisText;
}

/** The content of a URL, without defaults. An absent parameter is missing here, an empty one isn't. */
export interface Asked {
  readonly metric: Metric;
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether the parameters come from another metric. Then only those with a meaning for this metric are kept. */
  readonly isCarriedOver: boolean;
  readonly measure: string;
  readonly view: View;
  readonly compare: boolean;
  readonly live: boolean;
  readonly analysis?: AnalysisText;
  /** The problem of the explorer's own parameters. */
  readonly problem: Problem | undefined;
}

/** Returns the views of a metric. The first is the default. */
export function viewsOf({ shape }: Metric): readonly View[] {
  return shape.kind === 'top' ? ['top', 'table', 'analysis'] : ['lines', 'table', 'top', 'analysis'];
}

/**
 * Reads a URL.
 * @param fallback the metric of a URL without `metric`
 * @throws Problem for an unknown metric
 */
export function readAsked(query: URLSearchParams, catalogue: Catalogue, fallback: Metric): Asked {
  const metric = metricIn(catalogue, query.get('metric') ?? fallback.name, 'metric');
  const parameters = named<string>();
  for (const parameter of pathParameters(metric)) {
    const texts = query.getAll(explorerField(parameter));
    if (texts.length > 0) parameters[parameter] = splitValues(texts).join('|');
  }
  const views = viewsOf(metric);
  const measures = Object.keys(metric.measures);
  const was = query.get('was');
  const isCarriedOver = was !== null && was !== metric.name;
  // A view for lists may not fit series.
  const isOtherShape = isCarriedOver && catalogue.byName.get(was)?.shape.kind !== metric.shape.kind;
  let problem: Problem | undefined;
  const oneOf = <T extends string>(own: string, allowed: readonly T[], unless: T): T => {
    const text = query.get(own) ?? '';
    const found = allowed.find((known) => known === text);
    if (found === undefined && text !== '' && !isCarriedOver)
      problem ??= invalidParameter(own, `${own} should be one of ${allowed.join(', ')}`, allowed);
    return found ?? unless;
  };
  const view = isOtherShape ? (views[0] as View) : oneOf('view', views, views[0] as View);
  const isAnalysis = view === 'analysis';
  const compares = metric.shape.kind === 'series' && !isAnalysis;
  const given = (name: string): string[] => splitValues(query.getAll(name));
  return {
    metric,
    parameters,
    isCarriedOver,
    measure: oneOf('measure', measures, measures[0] as string),
    view,
    compare: compares && oneOf('compare', ['previous', 'none'], 'none') === 'previous',
    // Another metric has other dimensions and numbers.
    ...(isAnalysis
      ? { analysis: readAnalysis(metric, isCarriedOver ? NONE : query, isCarriedOver ? () => [] : given) }
      : {}),
    live: !isCarriedOver && oneOf('live', ['true', 'false'], 'false') === 'true',
    problem,
  };
}

const NONE = new URLSearchParams();

/** Returns the values of a parameter, which may be given once with `|` or several times. */
function splitValues(texts: readonly string[]): string[] {
  const values = texts.flatMap((text) => text.split('|')).map((value) => value.trim());
  return [...new Set(values.filter((value) => value !== ''))];
}

/** Returns the values of a dimension. */
export function valuesIn({ parameters }: Pick<ExplorerState, 'parameters'>, name: string): string[] {
  const text = parameters[name] ?? '';
  return text === '' ? [] : text.split('|');
}

/** Returns the URL of a state, which is its permalink. */
export function urlOf(state: ExplorerState): string {
  const { metric, parameters, measure, view, compare, live, analysis } = state;
  const query = explorerQuery(metric, parameters);
  if (Object.keys(metric.measures)[0] !== measure) query.set('measure', measure);
  query.set('view', view);
  if (compare) query.set('compare', 'previous');
  if (live) query.set('live', 'true');
  if (analysis) writeAnalysis(state, analysis, query);
  return `/?${query.toString()}`;
}

/** Returns a state with some parameters replaced. */
export function withParameters(
  state: ExplorerState,
  parameters: Readonly<Record<string, string>>,
): ExplorerState {
  return { ...state, parameters: ownOnly({ ...state.parameters, ...parameters }) };
}

/** Whether a state shows periods under way. */
export function isLive({ live, parameters }: ExplorerState): boolean {
  return live || parameters['end'] === NOW;
}

/** Returns the question of a state. */
export function questionIn({
  metric,
  parameters,
  live,
}: Pick<ExplorerState, 'metric' | 'parameters' | 'live'>): PathQuestion {
  const all = ownOnly(parameters);
  for (const { name } of chosenDimensions(metric)) all[name] ??= '';
  return questionOf({ kind: 'metric', metric, parameters: all }, live ? { live: 'true' } : {});
}

/** Returns the path of the question under `/metrics`, encoded for URLs and for single quotes in a shell. */
export function pathIn({ metric, parameters }: Pick<ExplorerState, 'metric' | 'parameters'>): string {
  return filledPath(metric, parameters).replaceAll("'", '%27');
}
