import { PRESENCE, type Series, type SeriesAnswer } from '../core/answer.ts';
import type { SeriesCell } from '../core/cell.ts';
import { isComplete } from '../core/coverage.ts';
import type { TableState } from '../core/table-state.ts';
import { cellPeriods, seriesKeyOf, type CellPeriod } from '../core/layout.ts';
import type { Metric, SeriesMetric } from '../core/metric.ts';
import { valuesWithoutRows } from '../core/no-rows.ts';
import type { SeriesPart, SeriesPlan } from '../core/plan.ts';
import { sums } from '../core/summed.ts';
import { invalidParameter } from '../core/problem.ts';
import { isWhole } from '../core/range.ts';
import { lengthOf, ordinalAt, refine, startOf, type Grain, type Span } from '../core/time.ts';
import type { CellReader } from './cells.ts';
import { emptyStored, SeriesSum, type Stored } from './series-sum.ts';

/** Reads the stored rows of a series over a span of a stored grain. */
export type ReadStored = (values: readonly string[], span: Span) => Stored | Promise<Stored>;

/** Reads a metric whose home is the series store: by key, cell by cell. */
export function storedInCells(cells: CellReader, metric: SeriesMetric, state: TableState): ReadStored {
  const measures = Object.keys(metric.measures).length;
  return (values, span) => {
    const key = seriesKeyOf(metric, values);
    const periods = cellPeriods('series', span);
    const found = cells.read(metric, key, periods, state);
    const joined = (read: readonly unknown[]) =>
      joinCells(span, periods, read as (SeriesCell | null)[], measures);
    return found instanceof Promise ? found.then(joined) : joined(found);
  };
}

function joinCells(
  span: Span,
  periods: readonly CellPeriod[],
  cells: readonly (SeriesCell | null)[],
  measures: number,
): Stored {
  const stored = emptyStored(lengthOf(span), measures);
  cells.forEach((cell, i) => {
    if (!cell) return;
    const { first, slots } = periods[i] as CellPeriod;
    const from = Math.max(span.first - first, 0);
    const until = Math.min(span.last - first + 1, slots);
    const at = first + from - span.first;
    stored.presence.set(cell.presence.subarray(from, until), at);
    stored.measures.forEach((measure, m) =>
      measure.set((cell.measures[m] as Float64Array).subarray(from, until), at),
    );
  });
  return stored;
}

/** Answers a plan for series, wherever their rows are stored. */
export async function readSeries(plan: SeriesPlan, read: ReadStored): Promise<SeriesAnswer> {
  const { metric, grain } = plan;
  const absent: (readonly string[])[] = [];
  const pending = plan.parts.map((part) => readPart(plan, part, read, absent));
  const series = await Promise.all(pending);
  return { kind: 'series', metric, grain, series, noRows: valuesWithoutRows(plan, absent) };
}

/** @param absent takes the stored series that have no row */
async function readPart(
  plan: SeriesPlan,
  part: SeriesPart,
  read: ReadStored,
  absent: (readonly string[])[],
): Promise<Series> {
  const length = lengthOf(part.span);
  const measures = Object.keys(plan.metric.measures).length;
  if (length === 0) {
    absent.push(...part.members);
    return { values: part.values, first: part.span.first, ...emptyStored(0, measures) };
  }
  const span = refine(part.span, plan.source);
  const pending = part.members.map((member) => read(member, span));
  const members = pending.some((one) => one instanceof Promise)
    ? await Promise.all(pending)
    : (pending as Stored[]);
  const added = members.length === 1 ? (members[0] as Stored) : addUp(plan, members);
  const rows = plan.grain === plan.source ? added : sumTo(plan, part, added, span);
  if (sums(plan, part)) leaveOutFixed(plan.metric, rows);
  refuseInexact(plan, part, rows);
  if (!hasRows(rows)) absent.push(...part.members);
  else if (part.members.length > 1)
    absent.push(...part.members.filter((_, i) => !hasRows(members[i] as Stored)));
  if (plan.fill) fillGaps(plan, part, rows.presence);
  else if (plan.metric.range.missing === 'zero') fillKnown(plan, part, rows.presence);
  return { values: part.values, first: part.span.first, ...rows };
}

/** In a sum, what doesn't add up is null beside what does. */
function leaveOutFixed(metric: Metric, { measures }: Stored): void {
  Object.values(metric.measures).forEach(({ additive }, m) => {
    if (!additive) measures[m]?.fill(Number.NaN);
  });
}

function hasRows({ presence }: Stored): boolean {
  return presence.includes(PRESENCE.stored);
}

function addUp({ metric }: SeriesPlan, members: readonly Stored[]): Stored {
  const sum = new SeriesSum(metric, (members[0] as Stored).presence.length);
  for (const member of members) {
    member.presence.forEach((there, i) => {
      if (there !== PRESENCE.stored) return;
      sum.add(i, member, i);
    });
  }
  return sum.take();
}

/** Weeks from days, years from months; only those whose days or months were all loaded. */
function sumTo(plan: SeriesPlan, part: SeriesPart, stored: Stored, span: Span): Stored {
  const sum = new SeriesSum(plan.metric, lengthOf(part.span));
  const whole = Array.from({ length: lengthOf(part.span) }, (_, i) =>
    isWhole(part.coverage, plan.source, plan.grain, part.span.first + i),
  );
  stored.presence.forEach((there, i) => {
    const at = indexIn(plan.source, span.first + i, part.span);
    if (there !== PRESENCE.stored || !whole[at]) return;
    sum.add(at, stored, i);
  });
  return sum.take();
}

/**
 * A sum beyond 2^53-1 would look exact and not be it; months are sums that publishing made.
 * @throws Problem
 */
function refuseInexact(plan: SeriesPlan, part: SeriesPart, { measures }: Stored): void {
  const { metric, grain, source } = plan;
  const several = part.members.length > 1;
  if (grain === source && !several && metric.grains[grain] === 'stored') return;
  Object.values(metric.measures).forEach(({ kind }, m) => {
    if (kind === 'decimal' || !measures[m]?.some((sum) => Math.abs(sum) > Number.MAX_SAFE_INTEGER)) return;
    throw invalidParameter(
      several ? 'sum' : 'granularity',
      'The sum exceeds 2^53-1, the largest count that can be given exactly. Ask for a finer granularity or fewer values.',
    );
  });
}

function indexIn(source: Grain, ordinal: number, span: Span): number {
  return ordinalAt(span.grain, startOf(source, ordinal)) - span.first;
}

/** `zero` where the period was loaded completely, so that nothing happened; null where that isn't known. */
function fillGaps(plan: SeriesPlan, part: SeriesPart, presence: Uint8Array): void {
  presence.forEach((there, i) => {
    if (there !== PRESENCE.absent) return;
    presence[i] = plan.fill === 'zero' && isKnown(plan, part, i) ? PRESENCE.zeros : PRESENCE.nulls;
  });
}

/** Rows of zeros for the periods of which it is known that nothing happened; the others have none. */
function fillKnown(plan: SeriesPlan, part: SeriesPart, presence: Uint8Array): void {
  presence.forEach((there, i) => {
    if (there === PRESENCE.absent && isKnown(plan, part, i)) presence[i] = PRESENCE.zeros;
  });
}

/** Whether all of a period was loaded completely. */
function isKnown(plan: SeriesPlan, part: SeriesPart, index: number): boolean {
  const ordinal = part.span.first + index;
  const { first, last } = refine({ grain: plan.grain, first: ordinal, last: ordinal }, plan.source);
  for (let period = first; period <= last; period++) if (!isComplete(part.coverage, period)) return false;
  return true;
}
