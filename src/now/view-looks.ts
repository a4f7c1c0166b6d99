import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { columnName } from '../core/metric/table.ts';
import { type Aggregation, PERIOD } from '../core/question/aggregation.ts';
import { type Ordinal, ordinalAt } from '../core/time/time.ts';
import type { LiveNumbers } from '../read/live.ts';

/** The metrics that are looked at, both made of page views. */
export interface ViewMetrics {
  /** Views of each project. */
  readonly projects: Metric;
  /** Views of each page. */
  readonly pages: Metric;
}

/** A page and how often it was viewed in the hour, by people. */
export interface PageLook {
  readonly project: string;
  readonly page: string;
  readonly views: number;
}

const PAGES = 10;

/** The value of a dimension that stands for people, without programs. */
const PEOPLE = 'user';

/** How often all projects were viewed in this hour and the one before, by hour. @throws EngineError */
export async function viewsOfHours(
  { tables }: LiveNumbers,
  { projects }: ViewMetrics,
  nowMs: number,
  signal: AbortSignal,
): Promise<Map<Ordinal, number>> {
  const hour = ordinalAt('hourly', nowMs);
  const found = new Map<Ordinal, number>();
  const groups = tables.aggregate(
    {
      ...asked(projects, hour - 1, hour, []),
      period: 'hourly',
      order: [{ column: PERIOD, descending: false }],
      limit: 2,
    },
    signal,
  );
  for await (const { length, ordinals, measures } of groups)
    for (let i = 0; i < length; i++) found.set(ordinals?.[i] ?? hour, measures[0]?.[i] ?? 0);
  return found;
}

/** The pages that people viewed most in this hour, best first. @throws EngineError */
export async function pagesOfHour(
  { tables }: LiveNumbers,
  { pages }: ViewMetrics,
  nowMs: number,
  signal: AbortSignal,
): Promise<PageLook[]> {
  const hour = ordinalAt('hourly', nowMs);
  const by = pages.dimensions
    .filter(({ name, total }) => isScope(pages, name) || total === undefined)
    .map(({ name }) => columnName(name));
  const project = columnName(pages.scope[0] ?? '');
  const views = Object.keys(pages.measures).map(columnName)[0] as string;
  const found: PageLook[] = [];
  const groups = tables.aggregate(
    {
      ...asked(pages, hour, hour, by, PEOPLE),
      period: undefined,
      order: [{ column: views, descending: true }, ...by.map((column) => ({ column, descending: false }))],
      limit: PAGES,
    },
    signal,
  );
  for await (const { length, values, measures } of groups)
    for (let i = 0; i < length; i++)
      found.push({
        project: values[by.indexOf(project)]?.[i] ?? '',
        page: values[by.findIndex((column) => column !== project)]?.[i] ?? '',
        views: measures[0]?.[i] ?? 0,
      });
  return found;
}

/** @param preferred the value of a dimension that is wanted instead of its total, where it is known */
function asked(
  metric: Metric,
  first: Ordinal,
  last: Ordinal,
  by: readonly string[],
  preferred?: string,
): Omit<Aggregation, 'period' | 'order' | 'limit'> {
  return {
    table: tableOf(metric),
    grain: 'hourly',
    first,
    last,
    where: metric.dimensions.flatMap(({ name, total, values }) => {
      // Collected projects are no part of the total of all.
      if (total === undefined || isScope(metric, name)) return [];
      const value = preferred !== undefined && values?.includes(preferred) ? preferred : total;
      return [{ column: columnName(name), test: 'in' as const, values: [value] }];
    }),
    except: [],
    least: [],
    by,
    measures: Object.keys(metric.measures).map(columnName).slice(0, 1),
    offset: 0,
  };
}

function isScope({ scope }: Metric, name: string): boolean {
  return scope.includes(name);
}
