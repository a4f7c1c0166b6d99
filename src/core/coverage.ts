import { partitionSpan, partitionUnit } from './layout.ts';
import { ordinalAt, startOf, touchedPeriods, type Grain, type Ordinal, type Span } from './time.ts';

/** Periods that were loaded. `complete`: what is absent from them did not happen. */
export interface Interval {
  readonly first: Ordinal;
  readonly last: Ordinal;
  readonly complete: boolean;
}

/** Sorted, apart from each other. */
export type Coverage = readonly Interval[];

/**
 * What an engine knows of one partition (a table's rows of one grain and month or year).
 * Versions are numbers of the table's one sequence: a later change has a higher one.
 */
export interface PartitionState {
  readonly version: number;
  /** The version at which rows were last taken away; 0 where none ever was. */
  readonly removed: number;
  readonly rows: number;
}

/** What an engine knows of a table, kept beside its data. */
export interface TableState {
  /** The highest version given so far. */
  readonly version: number;
  /** By `partitionName`. */
  readonly partitions: ReadonlyMap<string, PartitionState>;
  /** By grain, then by `scopeKey`. */
  readonly coverage: ReadonlyMap<Grain, ReadonlyMap<string, Coverage>>;
}

export const EMPTY_STATE: TableState = { version: 0, partitions: new Map(), coverage: new Map() };

/** The scope of a row as one string: the values of the metric's scope dimensions. */
export function scopeKey(values: readonly string[]): string {
  return values.join('\0');
}

/** Adds an interval; where it overlaps others, a complete claim wins over an incomplete one. */
export function cover(coverage: Coverage, added: Interval): Coverage {
  const kept = added.complete ? uncover(coverage, added.first, added.last) : coverage;
  const pieces = added.complete
    ? [added]
    : gapsIn(
        kept.filter((i) => i.complete),
        added,
      );
  return normalise([...kept, ...pieces]);
}

/** Takes the periods `first` to `last` out. */
export function uncover(coverage: Coverage, first: Ordinal, last: Ordinal): Coverage {
  return coverage.flatMap((interval) => {
    const rest: Interval[] = [];
    if (interval.first < first) rest.push({ ...interval, last: Math.min(interval.last, first - 1) });
    if (interval.last > last) rest.push({ ...interval, first: Math.max(interval.first, last + 1) });
    return rest;
  });
}

/** The parts of `added` that none of the sorted intervals holds. */
function gapsIn(intervals: Coverage, added: Interval): Interval[] {
  let pieces: Interval[] = [added];
  for (const { first, last } of intervals) {
    pieces = [...uncover(pieces, first, last)];
  }
  return pieces;
}

/** Sorts, and joins what overlaps or touches and claims the same. */
function normalise(intervals: readonly Interval[]): Coverage {
  const result: Interval[] = [];
  for (const interval of [...intervals].sort((a, b) => a.first - b.first || a.last - b.last)) {
    const previous = result.at(-1);
    if (previous && previous.complete === interval.complete && interval.first <= previous.last + 1) {
      result[result.length - 1] = { ...previous, last: Math.max(previous.last, interval.last) };
    } else {
      result.push(interval);
    }
  }
  return result;
}

/** From the first period loaded to the last one, gaps included; undefined where none is. */
export function hullOf(coverage: Coverage): { first: Ordinal; last: Ordinal } | undefined {
  const first = coverage[0];
  const last = coverage.at(-1);
  return first && last ? { first: first.first, last: last.last } : undefined;
}

/** The newest complete period, or the newest loaded one where none is complete. */
export function latestOf(coverage: Coverage): Ordinal | undefined {
  return coverage.findLast((interval) => interval.complete)?.last ?? coverage.at(-1)?.last;
}

/** Whether every period of the span was loaded. */
export function covers(coverage: Coverage, span: Pick<Span, 'first' | 'last'>): boolean {
  let next = span.first;
  for (const interval of coverage) {
    if (interval.first > next) return false;
    if (interval.last >= next) next = interval.last + 1;
    if (next > span.last) return true;
  }
  return next > span.last;
}

/** Whether a period was loaded completely. */
export function isComplete(coverage: Coverage, ordinal: Ordinal): boolean {
  return coverage.some((i) => i.complete && i.first <= ordinal && ordinal <= i.last);
}

/** What of `scopes` was loaded together; of all scopes where it is undefined. Of several, nothing is complete. */
export function coverageOf(state: TableState, grain: Grain, scopes: readonly string[] | undefined): Coverage {
  const all = state.coverage.get(grain);
  if (!all) return [];
  const only = scopes?.[0];
  if (only !== undefined && scopes?.length === 1) return all.get(only) ?? [];
  let union: Coverage = [];
  for (const [scope, coverage] of all) {
    if (scopes && !scopes.includes(scope)) continue;
    for (const interval of coverage) union = cover(union, { ...interval, complete: false });
  }
  return union;
}

/** The highest version of the partitions that a span touches; 0 where there are none. */
export function versionIn(state: TableState, span: Span): number {
  const touched = touchedPeriods(span, partitionUnit(span.grain));
  const { first, versions } = versionsOf(state, span.grain);
  let highest = 0;
  const last = Math.min(touched.last - first, versions.length - 1);
  for (let i = Math.max(touched.first - first, 0); i <= last; i++)
    highest = Math.max(highest, versions[i] ?? 0);
  return highest;
}

/** The versions of a grain's partitions, by the ordinal of their unit, from `first` on. */
interface Versions {
  readonly first: Ordinal;
  readonly versions: readonly number[];
}
const indexes = new WeakMap<TableState, Map<Grain, Versions>>();

/** As an array, made once for each state: it is asked at every request. */
function versionsOf(state: TableState, grain: Grain): Versions {
  let byGrain = indexes.get(state);
  if (!byGrain) indexes.set(state, (byGrain = new Map<Grain, Versions>()));
  let index = byGrain.get(grain);
  if (!index) {
    const unit = partitionUnit(grain);
    const found = [...state.partitions]
      .filter(([name]) => name.startsWith(`${grain}/`))
      .map(
        ([name, { version }]) =>
          [ordinalAt(unit, startOf(grain, partitionSpan(name).first)), version] as const,
      );
    const first = found.length > 0 ? Math.min(...found.map(([ordinal]) => ordinal)) : 0;
    const versions: number[] = [];
    for (const [ordinal, version] of found) versions[ordinal - first] = version;
    byGrain.set(grain, (index = { first, versions }));
  }
  return index;
}

/** A table's state as JSON: what manifests and stores keep. */
export interface TableStateJson {
  version: number;
  partitions: Record<string, PartitionState>;
  coverage: Partial<Record<Grain, Record<string, [first: number, last: number, complete: 0 | 1][]>>>;
}

export function stateToJson(state: TableState): TableStateJson {
  const coverage: TableStateJson['coverage'] = {};
  for (const [grain, scopes] of state.coverage) {
    coverage[grain] = Object.fromEntries(
      [...scopes].map(([scope, intervals]) => [
        scope,
        intervals.map((i) => [i.first, i.last, i.complete ? 1 : 0]),
      ]),
    );
  }
  return { version: state.version, partitions: Object.fromEntries(state.partitions), coverage };
}

export function stateFromJson(json: TableStateJson): TableState {
  return {
    version: json.version,
    partitions: new Map(Object.entries(json.partitions)),
    coverage: new Map(
      Object.entries(json.coverage).map(([grain, scopes]) => [
        grain as Grain,
        new Map(
          Object.entries(scopes).map(([scope, intervals]) => [
            scope,
            intervals.map(([first, last, complete]) => ({ first, last, complete: complete === 1 })),
          ]),
        ),
      ]),
    ),
  };
}
