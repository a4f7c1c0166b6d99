import { EDIT_EVENTS, EVENTS_GRAIN } from '../core/metric/edit-events.ts';
import type { Metric } from '../core/metric/metric.ts';
import { partitionSpan } from '../core/time/partition.ts';
import type { TableState } from '../core/time/table-state.ts';
import { type Grain, touchedPeriods } from '../core/time/time.ts';
import { monthOf } from '../warehouses/derivation.ts';
import { derivedCovers, derivedScopes } from './derived-coverage.ts';
import { type EventSource, type GrainChange, runsOf } from './event-source.ts';

/** What happened to pages and accounts, made again by whole months. @param events the state of the table of edit events */
export function editSource(events: TableState): EventSource {
  return {
    table: EDIT_EVENTS,
    version: events.version,
    isOwnTraffic: false,
    changes: (grains, { version }) => Promise.resolve(changesSince(events, grains, version)),
    scopes: (metric) => derivedScopes(metric, events),
    covers: (metric: Metric, changes) => derivedCovers(metric, events, changes),
  };
}

/** The partitions of a table of edit events that changed after a version, by default all, in order. Each is a month. */
export function eventParts(events: TableState, since = -1): { readonly partition: string }[] {
  return [...events.partitions]
    .filter(([name, { version }]) => partitionSpan(name).grain === EVENTS_GRAIN && version > since)
    .map(([partition]) => ({ partition }))
    .sort((a, b) => monthOf(a) - monthOf(b));
}

function changesSince(events: TableState, grains: readonly Grain[], since: number): GrainChange[] {
  const parts = eventParts(events, since);
  if (parts.length === 0) return [];
  const months = runsOf(parts.map(monthOf));
  return grains.map((grain) => ({
    grain,
    spans: months.map((run) => touchedPeriods({ grain: 'monthly', ...run }, grain)),
    parts,
  }));
}
