import { PRESENCE, type Answer } from '../core/question/answer.ts';
import type { Coverage } from '../core/time/coverage.ts';
import { dimensionIndex, licenceOf, licenceUrl, type Metric } from '../core/metric/metric.ts';
import type { Measure } from '../core/metric/measure.ts';
import { rowFields, timestampName } from '../core/metric/item-fields.ts';
import { sourcesOf } from '../core/question/sources.ts';
import type { PathPlan, SeriesPart } from '../core/question/plan.ts';
import { annotationEntry, annotationsTouching, type AnnotationEntry } from '../core/question/annotations.ts';
import { openAbout } from './open-rows.ts';
import { isoTime } from '../core/question/as-of.ts';
import { correctionsTouching } from '../core/question/corrections.ts';
import { pathOfPlan, queryOfPlan } from '../core/question/plan-path.ts';
import { nameField, namedBy, withNames } from '../core/metric/value-names.ts';
import { formatDate, intersect, refine, type Grain, type Span } from '../core/time/time.ts';
import { tableSchema, type Column } from './csvw.ts';
import type { Form, Format } from './form.ts';
import type { RowStyle } from './row-style.ts';
import { own } from '../core/value/named.ts';

/** For a column whose cells are never null. */
const ALWAYS: readonly string[] = [];
/** For a column whose empty cells are null. */
const EMPTY: readonly string[] = [''];

/** The loaded periods of one scope of the question. */
interface Loaded {
  /** The values of the scope dimensions, by name. */
  readonly scope: Readonly<Record<string, string>>;
  readonly intervals: readonly { from: string; to: string; complete: boolean }[];
  /** From which source the numbers are; undefined for those of an earlier time, of which nobody knows it. */
  readonly sources?: readonly { from: string; to: string; kind: string; streams?: readonly string[] }[];
}

/**
 * The format that describes an answer: its columns, its question, what is loaded, its source and licence.
 * @param others the other formats of the answer, which it links to
 */
export function metadataOf(others: Readonly<Record<string, Pick<Form, 'suffix' | 'hasRows'>>>) {
  const links = Object.entries(others).map(([name, { suffix, hasRows = false }]) => ({
    name,
    suffix,
    hasRows,
  }));
  return {
    type: 'application/json; charset=utf-8',
    suffix: '.metadata.json',
    label: 'Metadata',
    doc: 'columns, units, source, licence and coverage, for programs',
    hasRows: true,
    render: (answer: Answer, plan: PathPlan, style: RowStyle = {}) =>
      renderMetadata(answer, plan, { style, links }),
  } as const satisfies Format;
}

interface Around {
  readonly style: RowStyle;
  /** The other formats. */
  readonly links: readonly { readonly name: string; readonly suffix: string; readonly hasRows: boolean }[];
}

function renderMetadata(answer: Answer, plan: PathPlan, { style, links }: Around): Buffer {
  const { metric, grain } = answer;
  const path = `/metrics${pathOfPlan(plan)}`;
  const rows = queryOfStyle(style);
  const link = (suffix: string, hasRows = true): string => {
    const query = [queryOfPlan(plan), hasRows ? rows : ''].filter((part) => part !== '').join('&');
    return `${path}${suffix}${query === '' ? '' : `?${query}`}`;
  };
  const columns = withNames(rowFields(metric), style.names).map((field) => columnOf(metric, grain, field));
  return Buffer.from(
    JSON.stringify({
      '@context': 'http://www.w3.org/ns/csvw',
      url: link('.csv'),
      tableSchema: tableSchema(columns, style),
      ...aboutAnswer(answer, plan),
      path: link(''),
      columns,
      links: Object.fromEntries(links.map(({ name, suffix, hasRows }) => [name, link(suffix, hasRows)])),
    }),
  );
}

/** What a metric is: its meaning, source and licence. */
export function aboutMetric(metric: Metric): Record<string, unknown> {
  const { name, title, doc, source, owner, caveats = [] } = metric;
  const spdx = licenceOf(metric);
  const url = licenceUrl(spdx);
  return {
    name,
    title,
    doc,
    source,
    licence: { spdx, ...(url === undefined ? {} : { url }) },
    ...(owner === undefined ? {} : { owner }),
    caveats,
  };
}

/** What is to be known about an answer besides its columns. */
export function aboutAnswer(answer: Answer, plan: PathPlan): Record<string, unknown> {
  return {
    ...aboutMetric(answer.metric),
    path: [`/metrics${pathOfPlan(plan)}`, queryOfPlan(plan)].filter((part) => part !== '').join('?'),
    granularity: answer.grain,
    rows: rowsIn(answer),
    ...annotationsIn(plan),
    coverage: coverageIn(plan),
    ...(plan.asOf ? { asOf: isoTime(plan.asOf.at) } : {}),
    ...correctionsIn(plan),
    ...(answer.open ? { open: openAbout(answer.open, answer.grain) } : {}),
    ...(plan.notCounted === undefined ? {} : { notCounted: plan.notCounted }),
    ...(answer.noRows.length === 0 ? {} : { noRows: answer.noRows }),
  };
}

/** The maximum number of corrections that are listed. `/corrections` has them all. */
const MAX_CORRECTIONS = 20;

/** The corrections of the answer's periods, the newest first; nothing if there are none. */
function correctionsIn(plan: PathPlan): { corrections?: object[] } {
  const found = correctionsTouching(plan).slice(0, MAX_CORRECTIONS);
  return found.length === 0 ? {} : { corrections: found.map(({ entry }) => entry) };
}

/** The owner's notes on the answer's periods and values; nothing if there are none. */
function annotationsIn(plan: PathPlan): { annotations?: AnnotationEntry[] } {
  const found = annotationsTouching(plan, plan.span);
  if (found.length === 0) return {};
  return { annotations: found.map(({ annotation }) => annotationEntry(annotation)) };
}

/** The options of a style as a query string. */
function queryOfStyle({ time, names = [] }: RowStyle): string {
  return [...(time ? [`time=${time}`] : []), ...(names.length > 0 ? [`names=${names.join(',')}`] : [])].join(
    '&',
  );
}

function rowsIn(answer: Answer): number {
  if (answer.kind === 'top') return answer.lists.reduce((sum, { entries }) => sum + entries.length, 0);
  return answer.series.reduce(
    (sum, { presence }) => sum + presence.filter((there) => there !== PRESENCE.absent).length,
    0,
  );
}

/** The description of a column of an answer's rows, by the name of its field. */
export function columnOf(metric: Metric, grain: Grain, name: string): Column {
  const entry = metric.shape.kind === 'top' ? metric.shape.entry : [];
  const dimension = [...metric.dimensions, ...entry].find((one) => one.name === name);
  if (dimension) {
    const { doc, nullable } = dimension;
    return { name, doc, type: 'string', role: 'dimension', null: nullable ? EMPTY : ALWAYS };
  }
  const named = namedBy(metric, name);
  if (named) {
    const doc = `The English name of the ${named.name}; empty if the code has no name.`;
    return { name: nameField(named), doc, type: 'string', role: 'dimension', null: EMPTY };
  }
  const measure = metric.measures[name];
  if (measure) {
    const { doc, unit } = measure;
    return { name, doc, type: typeOf(measure), role: 'measure', unit, null: EMPTY };
  }
  const bucket = Object.values(metric.measures).find((one) => one.bucket === name);
  if (bucket) {
    const doc = `${bucket.doc} Given as a range, such as 1000-9999.`;
    return { name, doc, type: 'string', role: 'measure', unit: bucket.unit, null: ALWAYS };
  }
  const of = own(PERIOD_COLUMNS, name);
  if (!of) throw new Error(`column ${name} of ${metric.name} has no description`);
  return name === 'timestamp'
    ? { name: timestampName(metric), ...of, type: grain === 'hourly' ? 'datetime' : 'date', null: ALWAYS }
    : { name, ...of, null: ALWAYS };
}

function typeOf({ kind }: Measure): 'integer' | 'number' {
  return kind === 'decimal' ? 'number' : 'integer';
}

/** The columns that metrics don't declare themselves. */
const PERIOD_COLUMNS: Readonly<Record<string, Omit<Column, 'name' | 'null'>>> = {
  granularity: { doc: 'The unit of time of the rows.', type: 'string', role: 'time' },
  timestamp: { doc: 'The start of the period, in UTC.', type: 'date', role: 'time' },
  year: { doc: 'The year of the list.', type: 'string', role: 'time' },
  month: { doc: 'The month of the list, 01 to 12.', type: 'string', role: 'time' },
  day: { doc: 'The day of the list; all-days for its whole month.', type: 'string', role: 'time' },
  rank: { doc: 'The place in the list, from 1.', type: 'integer', role: 'measure' },
};

/** The loaded periods of the question's range, for each of its scopes. */
function coverageIn(plan: PathPlan): Loaded[] {
  const { metric, state } = plan;
  const asked = plan.kind === 'top' ? plan.span : refine(plan.span, plan.source);
  const scopes = new Map<string, Loaded>();
  const add = ({ values, members, coverage }: Pick<SeriesPart, 'values' | 'members' | 'coverage'>): void => {
    const scope = Object.fromEntries(
      metric.scope.map((name) => [name, values[dimensionIndex(metric, name)] as string]),
    );
    const intervals = periodsIn(asked, coverage);
    const sources = sourcesOf(metric, state, asked.grain, members).flatMap(({ periods, ...source }) =>
      periodsIn(asked, periods).map(({ from, to }) => ({ from, to, ...source })),
    );
    const inOrder = sources.sort((a, b) => (a.from < b.from ? -1 : 1));
    scopes.set(JSON.stringify(scope), { scope, intervals, ...(plan.asOf ? {} : { sources: inOrder }) });
  };
  if (plan.kind === 'top')
    plan.lists.forEach((values, i) => add({ values, members: [values], coverage: plan.coverages[i] ?? [] }));
  else plan.parts.forEach(add);
  return [...scopes.values()];
}

/** The intervals of a coverage in a span, in words. */
function periodsIn(asked: Span, coverage: Coverage): Loaded['intervals'] {
  return coverage
    .map((interval) => ({ ...interval, ...intersect(asked, interval) }))
    .filter(({ first, last }) => first <= last)
    .map(({ first, last, complete }) => ({
      from: formatDate(asked.grain, first),
      to: formatDate(asked.grain, last),
      complete,
    }));
}
