import { TIMESTAMP } from '../../../core/derived/formula.ts';
import { readDerived } from '../../../core/derived/derived-name.ts';
import { openDimensions, type Metric } from '../../../core/metric/metric.ts';

/** The part of an analysis that other views don't have, as the explorer's URL spells it. */
export interface AnalysisText {
  /** What tells rows apart: dimensions, and `timestamp` for a row for each period. Undefined if the URL doesn't say it. */
  readonly by: readonly string[] | undefined;
  /** The numbers of a row: measures, derived ones too. */
  readonly measures: readonly string[];
  readonly compare: string;
  /** Conditions, separated by commas. */
  readonly having: string;
  readonly top: string;
  readonly within: readonly string[];
  readonly others: boolean;
  /** `-views`: the highest first. */
  readonly order: string;
}

/**
 * Reads the part of a URL. Numbers that need something to be compared with are compared with the previous period.
 * @param valuesOf gives the values of a parameter, which may be given several times
 */
export function readAnalysis(
  { measures: own }: Pick<Metric, 'measures'>,
  query: URLSearchParams,
  valuesOf: (name: string) => string[],
): AnalysisText {
  const text = (name: string): string => (query.get(name) ?? '').trim();
  const measures = valuesOf('measures');
  const said = text('compare').replace(/^none$/, '');
  const isCompared = measures.some((name) => {
    const [named] = readDerived(name, Object.keys(own));
    return named?.derived.compares;
  });
  return {
    by: query.has('by') ? valuesOf('by') : undefined,
    measures,
    compare: said === '' && isCompared ? 'previous' : said,
    having: text('having'),
    top: text('top'),
    within: valuesOf('within'),
    others: text('others') === 'true',
    order: text('order'),
  };
}

/** Adds the part to the query of a URL. */
export function writeAnalysis(question: Dimensioned, analysis: AnalysisText, query: URLSearchParams): void {
  const { measures, compare, having, top, within, others, order } = analysis;
  query.set('by', byOf(question, analysis).join('|'));
  if (measures.length > 0) query.set('measures', measures.join('|'));
  if (compare !== '') query.set('compare', compare);
  if (having !== '') query.set('having', having);
  if (top !== '') query.set('top', top);
  if (within.length > 0) query.set('within', within.join('|'));
  if (others) query.set('others', 'true');
  if (order !== '') query.set('order', order);
}

/** The dimensions that rows can be told apart by, those of a list's entries last. */
export function rowDimensions(metric: Metric): string[] {
  const entry = metric.shape.kind === 'top' ? metric.shape.entry : [];
  return [...openDimensions(metric), ...entry].map(({ name }) => name);
}

/** A metric, its chosen measure and the values of its dimensions. Several are joined by `|`. */
interface Dimensioned {
  readonly metric: Metric;
  readonly measure: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * What tells rows apart; by default the dimensions with several values, or with all, and the periods if there is none, or if the
 * measure can't be added up over them.
 */
export function byOf({ metric, measure, parameters }: Dimensioned, { by }: AnalysisText): string[] {
  if (by) return [...by];
  const entry = metric.shape.kind === 'top' ? metric.shape.entry : [];
  const several = openDimensions(metric).filter(({ name }) => {
    const text = parameters[name] ?? '';
    return text === '' || text.includes('|');
  });
  const all = [...several, ...entry].map(({ name }) => name);
  const isSum = metric.shape.kind === 'top' || metric.measures[measure]?.additive === true;
  return all.length > 0 && isSum ? all : [...all, TIMESTAMP];
}

/** The analysis whose rows are what a metric's path answers. */
export function sameAs(question: Dimensioned): AnalysisText {
  const nothing = { measures: [], compare: '', having: '', top: '', within: [], others: false, order: '' };
  const by = byOf(question, { ...nothing, by: undefined });
  const isSeries = question.metric.shape.kind === 'series';
  return { ...nothing, by: isSeries && !by.includes(TIMESTAMP) ? [...by, TIMESTAMP] : by };
}
