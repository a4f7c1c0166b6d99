import { PRESENCE, type Answer } from '../core/answer.ts';
import type { Coverage } from '../core/coverage.ts';
import { dimensionIndex, licenceOf, type Measure, type Metric } from '../core/metric.ts';
import { rowFields, timestampName } from '../core/item-fields.ts';
import type { Plan } from '../core/plan.ts';
import { pathOfPlan, queryOfPlan } from '../core/plan-path.ts';
import { formatDate, intersect, refine, type Grain, type Span } from '../core/time.ts';

/** What a column of an answer's table holds. */
interface Column {
  readonly name: string;
  readonly doc: string;
  /** As CSV and TSV have it; a date is `2024-03-01`, an hour `2024-03-01T06Z`. */
  readonly type: 'string' | 'integer' | 'number' | 'date' | 'datetime';
  readonly role: 'dimension' | 'time' | 'measure';
  readonly unit?: string;
}

/** What was loaded of one scope of what was asked for. */
interface Loaded {
  /** The values of the dimensions by which data comes in. */
  readonly scope: Readonly<Record<string, string>>;
  readonly intervals: readonly { from: string; to: string; complete: boolean }[];
}

/** What an answer's table is: its columns, what was asked, what of it was loaded, and whose it is. */
export function renderMetadata(answer: Answer, plan: Plan): Buffer {
  const { metric, grain } = answer;
  const { name, title, doc, source, owner, caveats = [] } = metric;
  const path = `/metrics${pathOfPlan(plan)}`;
  const query = queryOfPlan(plan);
  const spdx = licenceOf(metric);
  const link = (suffix: string): string => `${path}${suffix}${query === '' ? '' : `?${query}`}`;
  return Buffer.from(
    JSON.stringify({
      name,
      title,
      doc,
      path: link(''),
      granularity: grain,
      rows: rowsIn(answer),
      columns: rowFields(metric).map((field) => columnOf(metric, grain, field)),
      source,
      licence: { spdx, url: `https://spdx.org/licenses/${encodeURIComponent(spdx)}.html` },
      ...(owner === undefined ? {} : { owner }),
      caveats,
      coverage: coverageIn(plan),
      ...(answer.noRows.length === 0 ? {} : { noRows: answer.noRows }),
      links: Object.fromEntries(
        ['csv', 'tsv', 'json', 'ndjson', 'svg'].map((form) => [form, link(`.${form}`)]),
      ),
    }),
  );
}

function rowsIn(answer: Answer): number {
  if (answer.kind === 'top') return answer.lists.reduce((sum, { entries }) => sum + entries.length, 0);
  return answer.series.reduce(
    (sum, { presence }) => sum + presence.filter((there) => there !== PRESENCE.absent).length,
    0,
  );
}

function columnOf(metric: Metric, grain: Grain, name: string): Column {
  const entry = metric.shape.kind === 'top' ? metric.shape.entry : [];
  const dimension = [...metric.dimensions, ...entry].find((one) => one.name === name);
  if (dimension) return { name, doc: dimension.doc, type: 'string', role: 'dimension' };
  const measure = metric.measures[name];
  if (measure) return { name, doc: measure.doc, type: typeOf(measure), role: 'measure', unit: measure.unit };
  const bucket = Object.values(metric.measures).find((one) => one.bucket === name);
  if (bucket) {
    const doc = `${bucket.doc} Told as a range, such as 1000-9999.`;
    return { name, doc, type: 'string', role: 'measure', unit: bucket.unit };
  }
  const of = PERIOD_COLUMNS[name];
  if (!of) throw new Error(`${metric.name} has a column ${name} that nothing describes`);
  return name === 'timestamp'
    ? { name: timestampName(metric), ...of, type: grain === 'hourly' ? 'datetime' : 'date' }
    : { name, ...of };
}

function typeOf({ kind }: Measure): 'integer' | 'number' {
  return kind === 'decimal' ? 'number' : 'integer';
}

/** The columns that no metric declares. */
const PERIOD_COLUMNS: Readonly<Record<string, Omit<Column, 'name'>>> = {
  granularity: { doc: 'The unit of time of the rows.', type: 'string', role: 'time' },
  timestamp: { doc: 'The start of the period, in UTC.', type: 'date', role: 'time' },
  year: { doc: 'The year of the list.', type: 'string', role: 'time' },
  month: { doc: 'The month of the list, 01 to 12.', type: 'string', role: 'time' },
  day: { doc: 'The day of the list; all-days for its whole month.', type: 'string', role: 'time' },
  rank: { doc: 'The place in the list, from 1.', type: 'integer', role: 'measure' },
};

/** What was loaded of what was asked for, each scope once. */
function coverageIn(plan: Plan): Loaded[] {
  const { metric } = plan;
  const scopes = new Map<string, Loaded>();
  const add = (values: readonly string[], coverage: Coverage, asked: Span): void => {
    const scope = Object.fromEntries(
      metric.scope.map((name) => [name, values[dimensionIndex(metric, name)] as string]),
    );
    const intervals = coverage
      .map((interval) => ({ ...interval, ...intersect(asked, interval) }))
      .filter(({ first, last }) => first <= last)
      .map(({ first, last, complete }) => ({
        from: formatDate(asked.grain, first),
        to: formatDate(asked.grain, last),
        complete,
      }));
    scopes.set(JSON.stringify(scope), { scope, intervals });
  };
  if (plan.kind === 'top') {
    const asked = { grain: plan.grain, first: plan.ordinal, last: plan.ordinal };
    plan.lists.forEach((values, i) => add(values, plan.coverages[i] ?? [], asked));
  } else {
    const asked = refine(plan.asked, plan.source);
    for (const { values, coverage } of plan.parts) add(values, coverage, asked);
  }
  return [...scopes.values()];
}
