import { COLLECTED_EDITS, EDIT_EVENTS, eventCoverage } from '../core/metric/edit-events.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Coverage } from '../core/time/coverage.ts';
import type { TableState } from '../core/time/table-state.ts';
import {
  formatTimestamp,
  HOUR_MS,
  type Grain,
  type Ordinal,
  ordinalAt,
  touchedPeriods,
} from '../core/time/time.ts';
import { monthOf } from '../warehouses/derivation.ts';
import { coversIn } from './derived-coverage.ts';
import { eventParts } from './edit-source.ts';
import {
  changedDays,
  type EventSource,
  type GrainChange,
  periodsToMake,
  runsOf,
  type Since,
} from './event-source.ts';

/**
 * The edits that wikis reported themselves. Only closed days and months are made of them. They tell neither what an edit
 * added nor which accounts were made, so metrics of these aren't made of them; and their wikis are no part of totals of
 * projects.
 * @param state the state of the table of collected edits
 */
export function collectedEditSource(state: TableState): EventSource {
  const { closedMs = 0, days = new Map<Ordinal, number>() } = state.madeFrom ?? {};
  const covered = (metric: Metric): ReadonlyMap<string, Coverage> =>
    eventCoverage(state, metric.aggregate?.of ?? 'revision');
  return {
    table: EDIT_EVENTS,
    storedIn: COLLECTED_EDITS,
    version: state.version,
    closedMs,
    days,
    isOwnTraffic: true,
    makes: ({ aggregate }) => aggregate?.of !== 'user' && !aggregate?.needsBytes,
    changes: (grains, since) => Promise.resolve(changesSince(state, { grains, since, days, closedMs })),
    scopes: (metric) => [...covered(metric).keys()],
    covers: (metric, changes) => coversIn(covered(metric), changes),
  };
}

interface Closed {
  readonly grains: readonly Grain[];
  readonly since: Since;
  readonly days: ReadonlyMap<Ordinal, number>;
  readonly closedMs: number;
}

function changesSince(state: TableState, { grains, since, days, closedMs }: Closed): GrainChange[] {
  const firsts = [...eventCoverage(state, 'revision').values()].map(
    ([interval]) => interval?.first ?? Infinity,
  );
  const begunMs = Math.min(...firsts) * HOUR_MS;
  const changed = changedDays(days, since.days);
  const all = eventParts(state);
  return grains.flatMap((grain) => {
    const spans = runsOf(periodsToMake(grain, changed, Math.max(begunMs, since.closedMs), closedMs));
    if (spans.length === 0) return [];
    const months = spans.map((span) => touchedPeriods({ grain, ...span }, 'monthly'));
    const parts = all.filter((part) =>
      months.some(({ first, last }) => first <= monthOf(part) && monthOf(part) <= last),
    );
    // A month's partition also has edits of days that aren't closed.
    const until = formatTimestamp('YYYYMMDDHH', grain, ordinalAt(grain, closedMs));
    return [{ grain, spans, parts, until }];
  });
}
