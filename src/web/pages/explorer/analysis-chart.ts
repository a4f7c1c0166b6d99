import { RATIO } from '../../../core/derived/derived-measures.ts';
import type { Metric } from '../../../core/metric/metric.ts';
import { allDimensions } from '../../../core/question/conditions.ts';
import type { RowsPlan } from '../../../core/question/plan.ts';
import type { QueryAnswer, QueryRow } from '../../../core/question/query-answer.ts';
import { lengthOf } from '../../../core/time/time.ts';
import { type BarChart, creditOf, type Line, type LineChart } from '../../../formats/chart/chart.ts';
import { notesOf } from '../../../formats/chart/notes.ts';
import { shownValue } from '../../../formats/chart/title.ts';
import { labelOf } from './words.ts';

/** The maximum number of lines: the colours. */
const MAX_LINES = 8;
/** The maximum number of periods that are drawn. */
const MAX_PERIODS = 5000;
const PERCENT = '%';

/** The unit of each number of a plan. */
export function unitsIn({ query, analysis, metric }: RowsPlan): string[] {
  return query.measures.map((name, i) => analysis?.cells[i]?.unit ?? metric.measures[name]?.unit ?? '');
}

/** The chart of an analysis: lines if its rows have periods, else bars. Undefined if it has nothing to draw. */
export function chartOfAnalysis(answer: QueryAnswer, title: string): LineChart | BarChart | undefined {
  const { plan, rows } = answer;
  const { query } = plan;
  if (rows.length === 0) return undefined;
  const units = unitsIn(plan);
  // The number that the rows are sorted by is the one that was asked about.
  const sorted = query.order.flatMap(({ by }) => {
    const at = query.measures.indexOf(by);
    return at < 0 ? [] : [at];
  });
  const drawn = sorted[0] ?? 0;
  const unit = units[drawn] ?? '';
  const name = labelOf(query.measures[drawn] ?? '').toLowerCase();
  const base = {
    title: `${title}: ${name}`,
    unit: unit === name ? unit : `${name}, ${unit === RATIO ? PERCENT : unit}`,
    credit: creditOf(plan.metric),
  };
  if (query.grain !== null) return linesOf(answer, units, drawn, base);
  if (query.by.length === 0) return undefined;
  return {
    ...base,
    kind: 'bars',
    bars: rows.flatMap((row) => {
      const value = numberAt(row, drawn, unit);
      return value === null ? [] : [{ label: groupLabel(plan.metric, query.by, row), value }];
    }),
  };
}

function linesOf(
  { plan, rows }: QueryAnswer,
  units: readonly string[],
  drawn: number,
  base: Pick<LineChart, 'title' | 'unit'>,
): LineChart | undefined {
  const { query, metric, span } = plan;
  const ordinals = rows.flatMap(({ ordinal }) => ordinal ?? []);
  if (ordinals.length === 0) return undefined;
  const first = ordinals.reduce((a, b) => Math.min(a, b));
  const last = ordinals.reduce((a, b) => Math.max(a, b));
  const length = lengthOf({ grain: span.grain, first, last });
  if (length > MAX_PERIODS) return undefined;
  const unit = units[drawn] ?? '';
  const numbers = units.flatMap((one, i) => (one === unit ? [i] : []));
  const groups = new Map<string, QueryRow[]>();
  for (const row of rows) {
    const label = groupLabel(metric, query.by, row);
    groups.set(label, [...(groups.get(label) ?? []), row]);
  }
  const several = numbers.length > 1;
  const lines = [...groups].flatMap(([label, own]) =>
    numbers.map((at): Line => {
      const values = new Array<number | null>(length).fill(null);
      for (const row of own)
        if (row.ordinal !== undefined) values[row.ordinal - first] = numberAt(row, at, unit);
      const name = labelOf(query.measures[at] ?? '');
      return {
        label: [label, ...(several || label === '' ? [name] : [])].filter(Boolean).join(', '),
        values,
      };
    }),
  );
  const notes = notesOf(plan, { grain: span.grain, first, last });
  return {
    ...base,
    kind: 'lines',
    grain: span.grain,
    first,
    lines: lines.slice(0, MAX_LINES),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

function numberAt({ measures }: QueryRow, at: number, unit: string): number | null {
  const value = measures[at] ?? null;
  return value !== null && unit === RATIO ? value * 100 : value;
}

/** The values of a row, as people write them. */
export function groupLabel(metric: Metric, by: readonly string[], { values, isOthers }: QueryRow): string {
  const shown = by.flatMap((name, i) => {
    const value = values[i];
    const dimension = allDimensions(metric).find((one) => one.name === name);
    return value === undefined || !dimension ? [] : [shownValue(dimension, value)];
  });
  return [...shown, ...(isOthers ? ['all others'] : [])].join(', ');
}
