import { afterwards, together } from '../core/at-once.ts';
import { PRESENCE, type Series, type SeriesAnswer } from '../core/question/answer.ts';
import type { SeriesCell } from '../core/cell/cell.ts';
import { refuseInexact } from './inexact.ts';
import { cellPeriods, seriesKeyOf, type CellPeriod } from '../core/cell/layout.ts';
import type { Metric, SeriesMetric } from '../core/metric/metric.ts';
import { valuesWithoutRows } from '../core/question/no-rows.ts';
import { isKnown, isWhole } from '../core/question/periods.ts';
import type { SeriesPart, SeriesRead } from '../core/question/plan.ts';
import { isSum } from '../core/question/summed.ts';
import type { TableState } from '../core/time/table-state.ts';
import { lengthOf, ordinalAt, refine, startOf, type Span } from '../core/time/time.ts';
import type { CellReader } from './cells.ts';
import { emptyStored, SeriesSum, type Stored } from './series-sum.ts';

/** Reads the rows of a stored series over a span of a stored grain. */
export type ReadStored = (values: readonly string[], span: Span) => Stored | Promise<Stored>;

/** Reads series from the series store, cell by cell. */
export function storedInCells(cells: CellReader, metric: SeriesMetric, state: TableState): ReadStored {
  const measures = Object.keys(metric.measures).length;
  return (values, span) => {
    const key = seriesKeyOf(metric, values);
    const periods = cellPeriods('series', span);
    return afterwards(cells.read(metric, key, periods, state), (found) =>
      joinCells(span, periods, found as (SeriesCell | null)[], measures),
    );
  };
}

function joinCells(
  span: Span,
  periods: readonly CellPeriod[],
  cells: readonly (SeriesCell | null)[],
  measures: number,
): Stored {
  const stored = emptyStored(lengthOf(span), measures);
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    if (!cell) continue;
    const { first, slots } = periods[i] as CellPeriod;
    const from = Math.max(span.first - first, 0);
    const until = Math.min(span.last - first + 1, slots);
    copyPart(cell.presence, from, until, stored.presence, first + from - span.first);
    for (let m = 0; m < measures; m++)
      copyPart(
        cell.measures[m] as Float64Array,
        from,
        until,
        stored.measures[m] as Float64Array,
        first + from - span.first,
      );
  }
  return stored;
}

/** Copies the numbers of a cell. It has so few that a view of them would cost more. */
function copyPart<T extends Uint8Array | Float64Array>(
  numbers: T,
  from: number,
  until: number,
  into: T,
  at: number,
): void {
  for (let i = from; i < until; i++) into[at + i - from] = numbers[i] as number;
}

/** Reads the series of a plan, from either engine. @returns the answer itself if nothing had to be waited for */
export function readSeries(plan: SeriesRead, read: ReadStored): SeriesAnswer | Promise<SeriesAnswer> {
  const { metric, span } = plan;
  const absent: (readonly string[])[] = [];
  return together(
    plan.parts.map((part) => rejecting(() => readPart(plan, part, read, absent))),
    (series) => ({
      kind: 'series',
      metric,
      grain: span.grain,
      series,
      noRows: valuesWithoutRows(plan, absent),
    }),
  );
}

/** Makes a rejection of what is thrown, so that the other parts, which may reject later, are waited for. */
function rejecting<T>(make: () => T | Promise<T>): T | Promise<T> {
  try {
    return make();
  } catch (error) {
    const reason = error as Error;
    return Promise.reject(reason);
  }
}

/** Reads one series of the answer. @param absent collects the stored series that have no row */
function readPart(
  plan: SeriesRead,
  part: SeriesPart,
  read: ReadStored,
  absent: (readonly string[])[],
): Series | Promise<Series> {
  const length = lengthOf(part.span);
  const measures = Object.keys(plan.metric.measures).length;
  if (length === 0) {
    absent.push(...part.members);
    return { values: part.values, first: part.span.first, ...emptyStored(0, measures) };
  }
  const span = refine(part.span, plan.source);
  return together(
    part.members.map((member) => read(member, span)),
    (members) => partOf(plan, part, span, members, absent),
  );
}

/** One series of the answer. @param span that of its members, of a stored grain */
function partOf(
  plan: SeriesRead,
  part: SeriesPart,
  span: Span,
  members: readonly Stored[],
  absent: (readonly string[])[],
): Series {
  const added = members.length === 1 ? (members[0] as Stored) : addUp(plan, members);
  const rows = plan.span.grain === plan.source ? added : sumTo(plan, part, added, span);
  if (isSum(plan, part)) clearNonAdditive(plan.metric, rows);
  refuseSums(plan, part, rows);
  if (!hasRows(rows)) absent.push(...part.members);
  else if (part.members.length > 1)
    absent.push(...part.members.filter((_, i) => !hasRows(members[i] as Stored)));
  if (plan.fill || plan.metric.range.missing === 'zero') fillGaps(plan, part, rows.presence);
  return { values: part.values, first: part.span.first, ...rows };
}

/** Sets every measure that isn't additive to null. */
function clearNonAdditive(metric: Metric, { measures }: Stored): void {
  Object.values(metric.measures).forEach(({ additive }, m) => {
    if (!additive) measures[m]?.fill(Number.NaN);
  });
}

function hasRows({ presence }: Stored): boolean {
  return presence.includes(PRESENCE.stored);
}

function addUp({ metric }: SeriesRead, members: readonly Stored[]): Stored {
  const sum = new SeriesSum(metric, (members[0] as Stored).presence.length);
  for (const member of members) {
    member.presence.forEach((there, i) => {
      if (there === PRESENCE.stored) sum.add(i, member, i);
    });
  }
  return sum.take();
}

/** Adds days up to weeks, or months to years; only those whose days or months are all loaded. */
function sumTo(plan: SeriesRead, part: SeriesPart, stored: Stored, span: Span): Stored {
  const sum = new SeriesSum(plan.metric, lengthOf(part.span));
  const whole = Array.from({ length: lengthOf(part.span) }, (_, i) =>
    isWhole(part.coverage, plan.source, plan.span.grain, part.span.first + i),
  );
  stored.presence.forEach((there, i) => {
    const at = ordinalAt(part.span.grain, startOf(plan.source, span.first + i)) - part.span.first;
    if (there === PRESENCE.stored && whole[at]) sum.add(at, stored, i);
  });
  return sum.take();
}

/** Refuses inexact sums. Stored numbers are exact, except months that publishing summed. @throws Problem */
function refuseSums(read: SeriesRead, part: SeriesPart, { measures }: Stored): void {
  const { question, metric, source } = read;
  const { grain } = read.span;
  const several = part.members.length > 1;
  if (grain === source && !several && metric.grains[grain] === 'stored') return;
  const parameter = question.rows ? 'range' : several ? 'sum' : 'granularity';
  refuseInexact(metric, Object.keys(metric.measures), measures, parameter);
}

/**
 * Marks periods without a row: as zeros if they are loaded completely, so that nothing happened in
 * them; else as nulls, if `fill` is set.
 */
function fillGaps({ fill, span, source, open }: SeriesRead, part: SeriesPart, presence: Uint8Array): void {
  const openAt = open ? ordinalAt(span.grain, startOf(source, open.first)) - part.span.first : Infinity;
  presence.forEach((there, i) => {
    if (there !== PRESENCE.absent) return;
    // Nothing has come in an open period without rows.
    if (fill !== 'null' && (i >= openAt || isKnown(part.coverage, source, span.grain, part.span.first + i)))
      presence[i] = PRESENCE.zeros;
    else if (fill) presence[i] = PRESENCE.nulls;
  });
}
