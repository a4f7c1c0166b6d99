import { hullOf } from '../core/time/coverage.ts';
import { type TableState, valuesOfScope } from '../core/time/table-state.ts';
import { periodOfDate } from '../core/time/date-text.ts';
import { partitionSpan } from '../core/time/partition.ts';
import { dimensionNames, dimensionOf, type Metric } from '../core/metric/metric.ts';
import { suggestion, nearest } from '../core/value/nearest.ts';
import { columnName } from '../core/metric/table.ts';
import { type Grain, intersect, lengthOf, ordinalAt, type Span, wholePeriods } from '../core/time/time.ts';
import type { Removal, Select } from '../warehouses/warehouse.ts';
import { storedGrains } from './periods.ts';

/** A part of a metric's rows. Each missing member means no limit. */
export interface Selection {
  readonly grain?: Grain;
  /** Selects the periods that lie wholly in the range. */
  readonly range?: DateRange;
  /** The allowed values of dimensions. */
  readonly where?: Readonly<Record<string, readonly string[]>>;
}

/** Both in ms since 1970-01-01T00:00Z; `until` is exclusive. */
export interface DateRange {
  readonly from: number;
  readonly until: number;
}

/** A selection that can't be used. The message is for the user. */
export class SelectionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SelectionError';
  }
}

/**
 * Parses a range of dates: `2024`, `2024-03`, `2024-03-15`, `2024-03-15T06` (an hour), or two of these, both
 * included: `2024-03..2024-05-15`.
 * @throws SelectionError
 */
export function parseDateRange(text: string): DateRange {
  const [first = '', last = first, ...more] = text.split('..');
  const from = periodOfDate(first);
  const to = periodOfDate(last);
  if (!from || !to || more.length > 0)
    throw new SelectionError(`"${text}" is not a range of dates like 2024-03 or 2024-03-01..2024-03-15`);
  if (to.until <= from.from) throw new SelectionError(`the range "${text}" ends before it starts`);
  return { from: from.from, until: to.until };
}

/**
 * Parses the dates for which files are said to hold everything.
 * @param now in ms since 1970: no file holds everything of the future
 * @throws SelectionError
 */
export function coveredDates(text: string, now: number): DateRange {
  const range = parseDateRange(text);
  if (range.until > now) {
    throw new SelectionError(
      `the dates "${text}" end on ${new Date(range.until - 1).toISOString().slice(0, 10)}, which isn't over yet: no file can hold everything of the future`,
    );
  }
  return range;
}

/** Returns the conditions on columns for a selection's `where`, with values in their stored spelling. @throws SelectionError */
export function conditionsOf(metric: Metric, selection: Selection): Select['where'] {
  return Object.entries(selection.where ?? {}).map(([name, values]) => {
    const dimension = dimensionOf(metric, name);
    if (!dimension) {
      const names = dimensionNames(metric);
      const near = nearest(name, names);
      throw new SelectionError(
        `${metric.name} has no dimension ${name}${near === undefined ? `; it has ${names.join(', ')}` : suggestion(near)}`,
      );
    }
    const normalised = values.map((value) => dimension.normalise(value));
    for (const value of normalised) {
      const refusal = dimension.refuse(value);
      if (refusal === undefined) continue;
      const near = nearest(value, dimension.values ?? []);
      throw new SelectionError(
        `${name} "${value}": ${refusal}${near === undefined ? `; allowed is ${dimension.allowed}` : suggestion(near)}`,
      );
    }
    return { column: columnName(name), values: normalised };
  });
}

/** Returns the selected periods of each stored grain, as far as the table has any. @throws SelectionError */
export function spansOf(metric: Metric, selection: Selection, state: TableState): Span[] {
  const { grain: wanted, range } = selection;
  if (wanted) assertStored(metric, wanted);
  const spans = (wanted ? [wanted] : storedGrains(metric)).flatMap((grain) => {
    const held = heldSpan(state, grain);
    if (!held || !range) return held ?? [];
    const hours: Span = {
      grain: 'hourly',
      first: ordinalAt('hourly', range.from),
      last: ordinalAt('hourly', range.until) - 1,
    };
    return intersect(wholePeriods(hours, grain), held);
  });
  return spans.filter((span) => lengthOf(span) > 0);
}

/** @throws SelectionError if a metric has no rows of this grain */
export function assertStored(metric: Metric, grain: Grain): void {
  const stored = storedGrains(metric);
  if (stored.includes(grain)) return;
  throw new SelectionError(`${metric.name} has no ${grain} rows; it has ${stored.join(', ')}`);
}

/** Returns the span from the first period with rows or coverage to the last. */
export function heldSpan(state: TableState, grain: Grain): Span | undefined {
  const spans: { first: number; last: number }[] = [...state.partitions.keys()]
    .map(partitionSpan)
    .filter((span) => span.grain === grain);
  for (const coverage of state.coverage.get(grain)?.values() ?? []) {
    const hull = hullOf(coverage);
    if (hull) spans.push(hull);
  }
  if (spans.length === 0) return undefined;
  return {
    grain,
    first: spans.reduce((first, span) => Math.min(first, span.first), Infinity),
    last: spans.reduce((last, span) => Math.max(last, span.last), -Infinity),
  };
}

/**
 * Returns the removals that together remove everything selected. Coverage is removed with the rows of whole
 * scopes. If only some series of a scope are removed, the scope's coverage stays.
 * @throws SelectionError
 */
export function removalsOf(metric: Metric, selection: Selection, state: TableState): Removal[] {
  const where = conditionsOf(metric, selection);
  return spansOf(metric, selection, state).map(({ grain, first, last }) => {
    if (where.length === 0) return { grain, first, last, where };
    const known = [...(state.coverage.get(grain)?.keys() ?? [])];
    const touched = touchedScopes(metric, where, known);
    return {
      grain,
      first,
      last,
      where,
      ...(isByScope(metric, where) ? { scopes: touched } : { scopes: [], broken: touched }),
    };
  });
}

/** Tells whether all conditions are on the scope's dimensions, so that whole scopes are selected. */
function isByScope(metric: Metric, where: Select['where']): boolean {
  const columns = metric.scope.map(columnName);
  return where.every(({ column }) => columns.includes(column));
}

/** Returns the scopes that have rows which can meet the conditions. */
function touchedScopes(metric: Metric, where: Select['where'], known: readonly string[]): string[] {
  const columns = metric.scope.map(columnName);
  return known.filter((scope) => {
    const values = valuesOfScope(scope);
    return where.every(({ column, values: wanted }) => {
      const place = columns.indexOf(column);
      return place < 0 || wanted.includes(values[place] as string);
    });
  });
}
