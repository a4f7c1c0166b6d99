import { cover, type Coverage, uncover, union, clipCoverage } from '../core/time/coverage.ts';
import type { Coverages, PartitionState, TableState } from '../core/time/table-state.ts';
import { partitionName, partitionSpan } from '../core/time/partition.ts';
import type { Metric } from '../core/metric/metric.ts';
import { lengthOf, ordinalAt, type Span, startOf, touchedPeriods, wholePeriods } from '../core/time/time.ts';

/** Tells whether publishing sums a metric's days to get the months that aren't stored. */
export function sumsMonths(metric: Metric): boolean {
  return metric.grains.monthly === 'stored or summed' && metric.grains.daily !== undefined;
}

/**
 * Returns the state of a table in the series store after all of the warehouse's rows were published: the warehouse's
 * state, with the months that publishing makes from days.
 */
export function publishedState(metric: Metric, state: TableState): TableState {
  if (!sumsMonths(metric)) return state;
  const partitions = new Map(state.partitions);
  for (const [name, days] of state.partitions) {
    const span = partitionSpan(name);
    if (span.grain !== 'daily') continue;
    const year = partitionName('monthly', ordinalAt('monthly', startOf('daily', span.first)));
    partitions.set(year, newest(days, partitions.get(year)));
  }
  const { coverage, wholeMonths } = withMonths(state.coverage);
  const ownTraffic = state.ownTraffic && withMonths(state.ownTraffic).coverage;
  return { version: state.version, partitions, coverage, wholeMonths, ...(ownTraffic ? { ownTraffic } : {}) };
}

/** Adds the months that publishing makes from days. */
function withMonths(before: Coverages): { coverage: Coverages; wholeMonths: ReadonlyMap<string, Coverage> } {
  const coverage = new Map(before);
  const months = new Map(before.get('monthly'));
  const wholeMonths = new Map(months);
  for (const [scope, days] of before.get('daily') ?? []) {
    const whole = withWholeMonthsOf(days, months.get(scope) ?? []);
    wholeMonths.set(scope, whole);
    months.set(scope, withTouchedMonthsOf(days, whole));
  }
  if (months.size > 0) coverage.set('monthly', months);
  return { coverage, wholeMonths };
}

/** A year of months changes when its own rows or its days do. Only its own rows are counted. */
function newest(days: PartitionState, year: PartitionState | undefined): PartitionState {
  return {
    version: Math.max(days.version, year?.version ?? 0),
    removed: Math.max(days.removed, year?.removed ?? 0),
    rows: year?.rows ?? 0,
  };
}

/** Adds the months that have a covered day. */
function withTouchedMonthsOf(days: Coverage, months: Coverage): Coverage {
  return days.reduce<Coverage>((result, { first, last }) => {
    const touched = touchedPeriods({ grain: 'daily', first, last }, 'monthly');
    return cover(result, { first: touched.first, last: touched.last, complete: false });
  }, months);
}

/** Adds the months whose days are all covered. A month is complete if all of its days are. */
function withWholeMonthsOf(days: Coverage, months: Coverage): Coverage {
  return [...union([days]), ...days.filter(({ complete }) => complete)].reduce<Coverage>(
    (result, { first, last, complete }) => {
      const whole = wholePeriods({ grain: 'daily', first, last }, 'monthly');
      return lengthOf(whole) > 0 ? cover(result, { first: whole.first, last: whole.last, complete }) : result;
    },
    months,
  );
}

/**
 * Returns the state of a table in the series store after a part of its partitions was published: their versions, and
 * the coverage of their periods.
 */
export function advancedState(before: TableState, after: TableState, names: readonly string[]): TableState {
  const partitions = new Map(before.partitions);
  const coverage = new Map([...before.coverage].map(([grain, scopes]) => [grain, new Map(scopes)]));
  const wholeMonths = new Map(before.wholeMonths);
  for (const name of names) {
    const now = after.partitions.get(name);
    if (now) partitions.set(name, now);
    else partitions.delete(name);
    const span = partitionSpan(name);
    const scopes = coverage.get(span.grain) ?? new Map<string, Coverage>();
    advance(scopes, after.coverage.get(span.grain), span);
    if (scopes.size > 0) coverage.set(span.grain, scopes);
    else coverage.delete(span.grain);
    if (span.grain === 'monthly') advance(wholeMonths, after.wholeMonths, span);
  }
  const versions = [...partitions.values()].map(({ version }) => version);
  return {
    version: Math.max(before.version, ...versions),
    partitions,
    coverage,
    ...(after.wholeMonths ? { wholeMonths } : {}),
    ...(after.ownTraffic ? { ownTraffic: after.ownTraffic } : {}),
  };
}

/** Replaces the coverage of some scopes in a span by what is claimed now. */
function advance(
  scopes: Map<string, Coverage>,
  claimed: ReadonlyMap<string, Coverage> | undefined,
  span: Span,
): void {
  for (const scope of new Set([...scopes.keys(), ...(claimed?.keys() ?? [])])) {
    const kept = uncover(scopes.get(scope) ?? [], span.first, span.last);
    const next = clipCoverage(claimed?.get(scope) ?? [], span).reduce<Coverage>(cover, kept);
    if (next.length > 0) scopes.set(scope, next);
    else scopes.delete(scope);
  }
}
