import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { columnName } from '../core/metric/table.ts';
import { clipCoverage, hullOf } from '../core/time/coverage.ts';
import { coverageOf, EMPTY_STATE, type TableState } from '../core/time/table-state.ts';
import { formatDate, type Grain, type Ordinal, startOf } from '../core/time/time.ts';
import { datasetOfTable } from '../core/metric/dataset-table.ts';
import { runsOf, type Since } from '../load/event-source.ts';
import { storedGrains } from '../load/periods.ts';
import type { StreamHours } from './stream-hours.ts';

/**
 * Says what should be made again but can't be, because its events are past their retention: numbers that stay as they
 * are, numbers of an earlier declaration that are no longer served, and periods that never had numbers.
 * @param tables the states of all tables
 */
export function noticesOf(
  metric: Metric,
  hours: StreamHours,
  tables: ReadonlyMap<string, TableState>,
  since: Since,
): string[] {
  const table = tableOf(metric).name;
  const before = tables.get(table) ?? EMPTY_STATE;
  const isNew = before.madeFrom === undefined;
  return storedGrains(metric).flatMap((grain) => {
    const lost = hours.changedSince(grain, since).filter((period) => !hours.isWhole(grain, period));
    if (lost.length === 0) return [];
    if (!isNew) return keptNotice(grain, lost, before, since);
    const others = [...tables].filter(([name, { madeFrom }]) => {
      const isOfMetric = datasetOfTable(name) === columnName(metric.name);
      return isOfMetric && name !== table && madeFrom?.days !== undefined;
    });
    const ends = startOf(grain, (lost.at(-1) as Ordinal) + 1);
    const earlier = others.flatMap(([, state]) => leftBehind(state, ends));
    return [
      ...earlier,
      `Its numbers begin with ${formatDate(grain, (lost.at(-1) as Ordinal) + 1)}: earlier events are past their retention.`,
    ];
  });
}

function keptNotice(
  grain: Grain,
  lost: readonly Ordinal[],
  before: TableState,
  { version }: Since,
): string[] {
  const coverage = coverageOf(before, grain, undefined);
  const isKept = (period: Ordinal): boolean =>
    clipCoverage(coverage, { first: period, last: period }).length > 0;
  const kept = lost.filter(isKept);
  // With another query all periods are lost that were lost before; that was said then.
  const missed = version === 0 ? [] : lost.filter((period) => !isKept(period));
  const why = version === 0 ? 'although others are made again' : 'although late events came';
  return [
    ...(kept.length === 0
      ? []
      : [
          `The numbers of ${periods(grain, kept)} stay as they are, ${why}: their events are past their retention.`,
        ]),
    ...(missed.length === 0
      ? []
      : [
          `There are no numbers of ${periods(grain, missed)}: their events were past their retention before they were counted.`,
        ]),
  ];
}

/** Says what an earlier declaration had numbers of. @param endMs until when the new one has none */
function leftBehind(state: TableState, endMs: number): string[] {
  return [...state.coverage.keys()].flatMap((grain) => {
    const hull = hullOf(coverageOf(state, grain, undefined));
    if (!hull) return [];
    const gone: Ordinal[] = [];
    for (let period = hull.first; period <= hull.last && startOf(grain, period) < endMs; period++)
      gone.push(period);
    if (gone.length === 0) return [];
    return [
      `The numbers of ${periods(grain, gone)} are no longer served: they have other dimensions or measures, and their events are past their retention. The earlier declaration would bring them back.`,
    ];
  });
}

/** Names periods: `2026-03-01 to 2026-03-04, 2026-03-06`. */
function periods(grain: Grain, ordinals: readonly Ordinal[]): string {
  return runsOf(ordinals)
    .map(({ first, last }) =>
      first === last ? formatDate(grain, first) : `${formatDate(grain, first)} to ${formatDate(grain, last)}`,
    )
    .join(', ');
}
