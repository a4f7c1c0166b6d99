import { cover, type Coverage, union, clipCoverage } from '../core/time/coverage.ts';
import { eventCoverage, eventProjects, EVENTS_GRAIN } from '../core/metric/edit-events.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { TableState } from '../core/time/table-state.ts';
import { type Grain, lengthOf, type Span, touchedPeriods, wholePeriods } from '../core/time/time.ts';
import type { Cover } from '../warehouses/warehouse.ts';
import type { GrainChange } from './event-source.ts';

/** The project families that AQS has `all-…-projects` totals of. */
const FAMILIES = new Set([
  'wikipedia',
  'wikivoyage',
  'wiktionary',
  'wikibooks',
  'wikinews',
  'wikiquote',
  'wikisource',
  'wikiversity',
]);

/** Returns the projects that have events, and the metric's totals of them. */
export function derivedScopes(metric: Metric, events: TableState): string[] {
  const projects = eventProjects(events);
  return [...projects, ...membersOf(metric, projects).keys()];
}

/**
 * Returns what rows made from events can claim for the periods of some changes. A project claims what its events of
 * the counted kind cover; a total claims what its projects cover.
 */
export function derivedCovers(metric: Metric, events: TableState, changes: readonly GrainChange[]): Cover[] {
  return coversIn(scopesOf(metric, events), changes);
}

/**
 * Returns what hourly coverage claims for the periods of some changes. A day or month is complete when all of its
 * hours are.
 * @param scopes the hourly coverage by scope
 */
export function coversIn(scopes: ReadonlyMap<string, Coverage>, changes: readonly GrainChange[]): Cover[] {
  const made: Cover[] = [];
  for (const [scope, hours] of scopes) {
    for (const { grain, spans } of changes) {
      const coverage = inPeriods(hours, grain);
      for (const span of spans)
        for (const interval of clipCoverage(coverage, span)) made.push({ grain, scope, ...interval });
    }
  }
  return made;
}

/** Returns the hourly coverage of each project and total. */
function scopesOf(metric: Metric, events: TableState): Map<string, Coverage> {
  if (!metric.aggregate?.of) return new Map();
  const scopes = eventCoverage(events, metric.aggregate.of);
  const totals = [...membersOf(metric, [...scopes.keys()])].map(
    ([total, members]) => [total, combined(members.map((member) => scopes.get(member) ?? []))] as const,
  );
  return new Map([...scopes, ...totals]);
}

/** Returns the projects of each total of a metric. */
function membersOf(metric: Metric, projects: readonly string[]): Map<string, string[]> {
  const members = new Map<string, string[]>();
  if (!metric.aggregate?.ofFamilies) return members;
  for (const project of projects) {
    const family = project.slice(project.indexOf('.') + 1);
    for (const total of ['all-projects', ...(FAMILIES.has(family) ? [`all-${family}-projects`] : [])])
      members.set(total, [...(members.get(total) ?? []), project]);
  }
  return members;
}

/**
 * Combines coverages. A period is covered if one of them covers it, and complete if all of them have it
 * complete.
 */
function combined(coverages: readonly Coverage[]): Coverage {
  const complete = coverages
    .map((coverage) => coverage.filter((interval) => interval.complete))
    .reduce((all, coverage) => all.flatMap((interval) => clipCoverage(coverage, interval)));
  return complete.reduce(cover, union(coverages));
}

/**
 * Turns hours into the days or months that they touch. A day or month is complete if all of its hours are.
 */
function inPeriods(hours: Coverage, grain: Grain): Coverage {
  let result: Coverage = [];
  for (const { first, last, complete } of hours) {
    const span: Span = { grain: EVENTS_GRAIN, first, last };
    const touched = touchedPeriods(span, grain);
    result = cover(result, { first: touched.first, last: touched.last, complete: false });
    const whole = wholePeriods(span, grain);
    if (complete && lengthOf(whole) > 0)
      result = cover(result, { first: whole.first, last: whole.last, complete: true });
  }
  return result;
}
