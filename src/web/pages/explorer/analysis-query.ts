import { TIMESTAMP } from '../../../core/derived/formula.ts';
import { openDimensions } from '../../../core/metric/metric.ts';
import { ALL_DAYS } from '../../../core/question/top-period.ts';
import { byOf, type AnalysisText } from './analysis-text.ts';
import { valuesIn, type ExplorerState } from './state.ts';

/** A /query question as JSON. */
export interface QueryText {
  readonly metric: string;
  readonly where: Readonly<Record<string, string | readonly string[]>>;
  readonly by: readonly string[];
  readonly grain?: string;
  readonly range: { readonly start: string; readonly end: string };
  readonly measures: readonly string[];
  readonly order?: string;
  readonly compare?: string;
  readonly having?: readonly string[];
  readonly top?: string;
  readonly within?: readonly string[];
  readonly others?: true;
  readonly live?: true;
}

/**
 * The /query question of an analysis.
 * @param grain the grain of its rows, if each is of a period
 */
export function queryOf(
  state: ExplorerState,
  analysis: AnalysisText,
  { grain, range }: { readonly grain: string; readonly range: QueryText['range'] },
): QueryText {
  const { metric, measure, live } = state;
  const by = byOf(state, analysis);
  const where = openDimensions(metric).flatMap(({ name }) => {
    const values = valuesIn(state, name);
    if (values.length === 0) return [];
    return [[name, values.length === 1 ? (values[0] as string) : values] as const];
  });
  const { measures, compare, having, top, within, others, order } = analysis;
  return {
    metric: metric.name,
    where: Object.fromEntries(where),
    by: by.filter((name) => name !== TIMESTAMP),
    ...(by.includes(TIMESTAMP) ? { grain } : {}),
    range,
    measures: measures.length > 0 ? measures : [measure],
    ...(order === '' ? {} : { order }),
    ...(compare === '' ? {} : { compare }),
    ...(having === '' ? {} : { having: having.split(',').map((one) => one.trim()) }),
    ...(top === '' ? {} : { top }),
    ...(within.length > 0 ? { within } : {}),
    ...(others ? { others } : {}),
    ...(live ? { live: true } : {}),
  };
}

/** The question as the parameters of a URL of /query. */
export function parametersOf({ where, by, range, ...rest }: QueryText): URLSearchParams {
  const query = new URLSearchParams({ metric: rest.metric });
  for (const [name, values] of Object.entries(where))
    query.set(`where.${name}`, typeof values === 'string' ? values : values.join('|'));
  if (by.length > 0) query.set('by', by.join(','));
  if (rest.grain !== undefined) query.set('grain', rest.grain);
  query.set('range', range.start === range.end ? range.start : `${range.start}..${range.end}`);
  query.set('measures', rest.measures.join(','));
  const others = ['order', 'compare', 'having', 'top', 'within', 'others', 'live'] as const;
  for (const name of others) {
    const value = rest[name];
    if (value !== undefined) query.set(name, typeof value === 'object' ? value.join(',') : String(value));
  }
  return query;
}

/** The period of a list as a range of /query. */
export function rangeOfList({ parameters }: Pick<ExplorerState, 'parameters'>): {
  readonly grain: string;
  readonly range: QueryText['range'];
} {
  const { year = '', month = '', day } = parameters;
  const isMonth = day === undefined || day === ALL_DAYS;
  const date = isMonth ? `${year}-${month}` : `${year}-${month}-${day}`;
  return { grain: isMonth ? 'monthly' : 'daily', range: { start: date, end: date } };
}

/** The control at which a mistake of a /query question is shown: `having[0]` → `having`, `where.project` → `project`. */
export function controlOf(parameter: string): string {
  const name = parameter.replaceAll(/\[\d+\]/g, '').replace(/^order\..*/, 'order');
  if (name.startsWith('where.')) return name.slice('where.'.length).replace(/\.(prefix|not)$/, '');
  if (name === 'grain') return 'by';
  if (name === 'range' || name === 'range.start') return 'start';
  return name === 'range.end' ? 'end' : name;
}
