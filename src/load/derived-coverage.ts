import { cover, type Coverage } from '../core/coverage.ts';
import { EVENTS_GRAIN } from '../core/edit-events.ts';
import type { Metric } from '../core/metric.ts';
import type { TableState } from '../core/table-state.ts';
import { type Grain, intersect, lengthOf, type Span, touchedPeriods, wholePeriods } from '../core/time.ts';
import type { Cover } from '../warehouses/warehouse.ts';

/** AQS: what `all-…-projects` may stand for. */
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

/** The projects whose events are there, and the totals that the metric has of them. */
export function derivedScopes(metric: Metric, events: TableState): string[] {
  return [...scopesOf(metric, events).keys()];
}

/**
 * What the rows made from events may claim, within some months: of a project what its events cover,
 * of a total what all the projects do that are in it. A day, or month, is complete when all of its
 * hours are.
 */
export function derivedCovers(
  metric: Metric,
  events: TableState,
  grains: readonly Grain[],
  months: readonly Span[],
): Cover[] {
  const made: Cover[] = [];
  for (const [scope, hours] of scopesOf(metric, events)) {
    for (const grain of grains) {
      for (const { first, last, complete } of inPeriods(hours, grain)) {
        for (const month of months) {
          const span = intersect({ grain, first, last }, touchedPeriods(month, grain));
          if (lengthOf(span) > 0) made.push({ scope, complete, ...span });
        }
      }
    }
  }
  return made;
}

/** The coverage by hours of each project and total. */
function scopesOf(metric: Metric, events: TableState): Map<string, Coverage> {
  const scopes = new Map(events.coverage.get(EVENTS_GRAIN));
  if (!metric.aggregate?.ofFamilies) return scopes;
  const members = new Map<string, Coverage[]>();
  for (const [project, coverage] of scopes) {
    const family = project.slice(project.indexOf('.') + 1);
    for (const total of ['all-projects', ...(FAMILIES.has(family) ? [`all-${family}-projects`] : [])])
      members.set(total, [...(members.get(total) ?? []), coverage]);
  }
  for (const [total, coverages] of members) scopes.set(total, together(coverages));
  return scopes;
}

/** What several cover: all that any does, completely where none has only a part of it. */
function together(coverages: readonly Coverage[]): Coverage {
  let union: Coverage = [];
  for (const interval of coverages.flat().filter(({ complete }) => complete)) union = cover(union, interval);
  for (const partial of coverages.flat().filter(({ complete }) => !complete)) {
    const others = union.flatMap((interval) => {
      const before = { ...interval, last: Math.min(interval.last, partial.first - 1) };
      const after = { ...interval, first: Math.max(interval.first, partial.last + 1) };
      return [before, after].filter(({ first, last }) => first <= last);
    });
    union = cover(others, partial);
  }
  return union;
}

/** Hours as days or months: those touched, and among them those that are complete. */
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
