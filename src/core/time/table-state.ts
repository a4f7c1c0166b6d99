import { type Coverage, type Coverages, uncover, union } from './coverage.ts';
import type { History, Publication } from './history.ts';
import { historyFromJson, type HistoryJson, historyToJson } from './history-json.ts';
import { intervalsFromJson, intervalsToJson, type IntervalsJson } from './intervals-json.ts';
import { partitionSpan, partitionUnit } from './partition.ts';
import { ordinalAt, startOf, touchedPeriods, type Grain, type Ordinal, type Span } from './time.ts';

/**
 * What an engine knows about one partition: a table's rows of one grain and month or year. All versions of
 * a table come from one sequence, so a later change has a higher one.
 */
export interface PartitionState {
  readonly version: number;
  /** The last version that removed rows; 0 if no version did. */
  readonly removed: number;
  readonly rows: number;
}

/** What an engine knows about a table. It is stored beside the table's data. */
export interface TableState {
  /** The highest version given so far. */
  readonly version: number;
  /** The partitions, by `partitionName`. */
  readonly partitions: ReadonlyMap<string, PartitionState>;
  /** The loaded periods, by grain, then by `scopeKey`. */
  readonly coverage: Coverages;
  /**
   * The months that were loaded as months or with all of their days, by `scopeKey`. Only a series store
   * has it: publishing also makes months, which `coverage` contains, from incomplete days.
   */
  readonly wholeMonths?: ReadonlyMap<string, Coverage>;
  /** What the table's rows were last made from; undefined if they were imported. */
  readonly madeFrom?: MadeFrom;
  /** What its rows of own traffic were last made from. */
  readonly ownMadeFrom?: MadeFrom;
  /** The part of the coverage whose rows were made from collected events: views of a site's own visitors, a wiki's edits. */
  readonly ownTraffic?: Coverages;
  /** The recent changes; undefined if the table can't be taken back. Only a warehouse has it. */
  readonly history?: History;
  /** When the recent versions were published, the oldest first. Only a series store has it. */
  readonly publications?: readonly Publication[];
}

export interface MadeFrom {
  /** The version of the source table. */
  readonly version: number;
  /** A digest of the way in which the rows were made. */
  readonly digest: string;
  /** The instant up to which the source was closed, in ms since 1970, if rows are only made of what is closed. */
  readonly closedMs?: number;
  /** How many events of closed hours each day had, if the source doesn't number its changes. */
  readonly days?: ReadonlyMap<Ordinal, number>;
}

export const EMPTY_STATE: TableState = { version: 0, partitions: new Map(), coverage: new Map() };

/**
 * The newest version that a state has all of. It is older than the state's own while partitions are published one by
 * one.
 */
export function wholeVersion({ version, publications }: TableState): number {
  return publications === undefined ? version : Math.min(publications.at(-1)?.version ?? 0, version);
}

/** A scope as one key: the values of the metric's scope dimensions. */
export function scopeKey(values: readonly string[]): string {
  return values.join('\0');
}

/** The values of a scope's key. */
export function valuesOfScope(key: string): string[] {
  return key.split('\0');
}

const loaded = new WeakMap<TableState, Map<number, ReadonlySet<string>>>();

/**
 * The loaded values of one scope dimension. They are collected once for each state, because every
 * request for something that isn't loaded needs them.
 * @param place the dimension's index in the scope
 */
export function loadedValues(state: TableState, place: number): ReadonlySet<string> {
  let byPlace = loaded.get(state);
  if (!byPlace) loaded.set(state, (byPlace = new Map<number, ReadonlySet<string>>()));
  let values = byPlace.get(place);
  if (!values) {
    const keys = [...state.coverage.values()].flatMap((scopes) => [...scopes.keys()]);
    values = new Set(keys.map((key) => valuesOfScope(key)[place] as string));
    byPlace.set(place, values);
  }
  return values;
}

/** Whether a scope has loaded periods whose rows weren't made from a site's own visitors. */
export function hasOtherSource({ coverage, ownTraffic }: TableState, scope: string): boolean {
  return [...coverage].some(([grain, scopes]) => {
    const own = ownTraffic?.get(grain)?.get(scope) ?? [];
    const rest = own.reduce<Coverage>(
      (left, { first, last }) => uncover(left, first, last),
      scopes.get(scope) ?? [],
    );
    return rest.length > 0;
  });
}

/**
 * The union of the coverage of some scopes; of all if undefined. The coverage of several scopes is never
 * complete.
 */
export function coverageOf(state: TableState, grain: Grain, scopes: readonly string[] | undefined): Coverage {
  const all = state.coverage.get(grain);
  if (!all) return [];
  const only = scopes?.[0];
  if (only !== undefined && scopes?.length === 1) return all.get(only) ?? [];
  if (scopes) return union(new Set(scopes.map((scope) => all.get(scope) ?? [])));
  let known = unions.get(all);
  if (!known) unions.set(all, (known = union(all.values())));
  return known;
}

/** The union over all scopes of a grain, made once for each state. */
const unions = new WeakMap<ReadonlyMap<string, Coverage>, Coverage>();

/** The highest version of the partitions that a span touches; 0 if there are none. */
export function versionIn(state: TableState, span: Span): number {
  const touched = touchedPeriods(span, partitionUnit(span.grain));
  const { first, versions } = versionsOf(state, span.grain);
  let highest = 0;
  const last = Math.min(touched.last - first, versions.length - 1);
  for (let i = Math.max(touched.first - first, 0); i <= last; i++)
    highest = Math.max(highest, versions[i] ?? 0);
  return highest;
}

/** The versions of a grain's partitions, by the ordinal of their unit, beginning with `first`. */
interface Versions {
  readonly first: Ordinal;
  readonly versions: readonly number[];
}
const indexes = new WeakMap<TableState, Map<Grain, Versions>>();

/** The versions of a grain's partitions. The array is made once for each state: every request needs it. */
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

/** A table's state as manifests and stores keep it. Its names are a file format; `how` is the digest. */
export interface TableStateJson {
  version: number;
  partitions: Record<string, PartitionState>;
  coverage: Partial<Record<Grain, CoverageJson>>;
  wholeMonths?: CoverageJson;
  madeFrom?: MadeFromJson;
  ownMadeFrom?: MadeFromJson;
  ownTraffic?: Partial<Record<Grain, CoverageJson>>;
  history?: HistoryJson;
  publications?: [version: number, at: number][];
}

interface MadeFromJson {
  version: number;
  how: string;
  closedMs?: number;
  days?: Record<string, number>;
}

/** Coverage, by scope. */
type CoverageJson = Record<string, IntervalsJson>;

function coverageToJson(scopes: ReadonlyMap<string, Coverage>): CoverageJson {
  return Object.fromEntries([...scopes].map(([scope, coverage]) => [scope, intervalsToJson(coverage)]));
}

function coverageFromJson(json: CoverageJson): ReadonlyMap<string, Coverage> {
  return new Map(Object.entries(json).map(([scope, intervals]) => [scope, intervalsFromJson(intervals)]));
}

function coveragesToJson(grains: Coverages): Partial<Record<Grain, CoverageJson>> {
  return Object.fromEntries([...grains].map(([grain, scopes]) => [grain, coverageToJson(scopes)]));
}

function coveragesFromJson(json: Partial<Record<Grain, CoverageJson>>): Coverages {
  return new Map(Object.entries(json).map(([grain, scopes]) => [grain as Grain, coverageFromJson(scopes)]));
}

function madeFromToJson({ digest, days, ...rest }: MadeFrom): MadeFromJson {
  return { ...rest, how: digest, ...(days ? { days: Object.fromEntries(days) } : {}) };
}

function madeFromOfJson({ how, days, ...rest }: MadeFromJson): MadeFrom {
  const known = days && new Map(Object.entries(days).map(([day, rows]) => [Number(day), rows] as const));
  return { ...rest, digest: how, ...(known ? { days: known } : {}) };
}

export function stateToJson(state: TableState): TableStateJson {
  const { version, coverage, wholeMonths, madeFrom, ownMadeFrom, ownTraffic, history, publications } = state;
  return {
    version,
    partitions: Object.fromEntries(state.partitions),
    coverage: coveragesToJson(coverage),
    ...(wholeMonths ? { wholeMonths: coverageToJson(wholeMonths) } : {}),
    ...(madeFrom ? { madeFrom: madeFromToJson(madeFrom) } : {}),
    ...(ownMadeFrom ? { ownMadeFrom: madeFromToJson(ownMadeFrom) } : {}),
    ...(ownTraffic ? { ownTraffic: coveragesToJson(ownTraffic) } : {}),
    ...(history ? { history: historyToJson(history) } : {}),
    ...(publications ? { publications: publications.map((one) => [one.version, one.at]) } : {}),
  };
}

export function stateFromJson(json: TableStateJson): TableState {
  return {
    version: json.version,
    partitions: new Map(Object.entries(json.partitions)),
    coverage: coveragesFromJson(json.coverage),
    ...(json.wholeMonths ? { wholeMonths: coverageFromJson(json.wholeMonths) } : {}),
    ...(json.madeFrom ? { madeFrom: madeFromOfJson(json.madeFrom) } : {}),
    ...(json.ownMadeFrom ? { ownMadeFrom: madeFromOfJson(json.ownMadeFrom) } : {}),
    ...(json.ownTraffic ? { ownTraffic: coveragesFromJson(json.ownTraffic) } : {}),
    ...(json.history ? { history: historyFromJson(json.history) } : {}),
    ...(json.publications
      ? { publications: json.publications.map(([version, at]) => ({ version, at })) }
      : {}),
  };
}
