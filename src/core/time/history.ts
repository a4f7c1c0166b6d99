import { cover, type Coverage, type Coverages, clipCoverage, uncover } from './coverage.ts';
import type { Grain, Ordinal, Span } from './time.ts';

/** Why rows changed: the kind of work that changed them. */
export const CAUSES = [
  'import',
  'retraction',
  'late-data',
  'new-definition',
  'made-again',
  'data-set',
] as const;
export type Cause = (typeof CAUSES)[number];

export interface Why {
  readonly cause: Cause;
  /** The words of whoever made the change. */
  readonly note?: string;
}

/**
 * The recent changes of a table. With them, rows and coverage can be taken back to an earlier version: coverage
 * from here, rows from the before-values that the engine keeps.
 */
export interface History {
  /** The lowest version that the table can be taken back to. */
  readonly base: number;
  /** When that version became live, in ms since 1970. */
  readonly since: number;
  /** The oldest first. Those up to `base` are kept only to be listed. */
  readonly changes: readonly PastChange[];
}

/** One change of a table. */
export interface PastChange {
  /** The version that it made. */
  readonly version: number;
  /** When, in ms since 1970. No two changes of a table have the same time. */
  readonly at: number;
  readonly why: Why;
  /** The coverage before, where it differs. */
  readonly coverage: readonly PastCoverage[];
  /** What it changed of the numbers that were served, one for each grain; empty for first loads. */
  readonly corrections: readonly Correction[];
  /** The rows before, where they differ. */
  readonly before?: BeforeRows;
}

/** The coverage that some scopes had in some periods before a change. Outside of it nothing changed. */
export interface PastCoverage {
  readonly grain: Grain;
  readonly first: Ordinal;
  readonly last: Ordinal;
  readonly coverage: Coverage;
  readonly scopes: readonly string[];
}

/** Before-values as an engine keeps them. */
export interface BeforeRows {
  readonly rows: number;
  /** The periods that they are of. */
  readonly spans: readonly Span[];
  /** Where they are; undefined if they were too many to keep. */
  readonly file: string | undefined;
}

/** A change of served numbers of one grain. */
export interface Correction extends Span {
  /** The scopes; at most `MAX_SCOPES` of them are listed. */
  readonly scopes: readonly string[];
  readonly scopeCount: number;
  /** The rows whose numbers changed, those that appeared in complete periods, and those that are gone. */
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
  /** By the measure's column. */
  readonly measures: Readonly<Record<string, MeasureChange>>;
}

/** How a measure differs over the rows of a correction. A missing row counts as 0. */
export interface MeasureChange {
  /** The sums before and after. */
  readonly before: number;
  readonly after: number;
  /** The largest difference of one row, without its sign. */
  readonly largest: number;
}

export const MAX_SCOPES = 50;

/** For how many days a history is kept by default. */
export const KEEP_DAYS = 30;

/** When a version of a table was published to a series store. */
export interface Publication {
  readonly version: number;
  /** In ms since 1970. */
  readonly at: number;
}

/** The version of a warehouse's table that was live at a time; undefined if it can't be restored. */
export function versionAt({ base, since, changes }: History, at: number): number | undefined {
  if (at < since) return undefined;
  return changes.findLast((change) => change.at <= at && change.version > base)?.version ?? base;
}

/** The version of a table that a series store served at a time; 0 before the first publication. */
export function publishedAt(publications: readonly Publication[], at: number): number {
  return publications.findLast((one) => one.at <= at)?.version ?? 0;
}

/** The changes since a version, the newest first. @throws RangeError if the table can't be taken back so far */
export function changesSince(history: History, version: number): PastChange[] {
  if (version < history.base) throw new RangeError(`version ${version} isn't kept any more`);
  return history.changes.filter((change) => change.version > version).reverse();
}

/** The coverage before a change. */
export function coverageBefore(after: Coverages, differences: readonly PastCoverage[]): Coverages {
  const before = new Map([...after].map(([grain, scopes]) => [grain, new Map(scopes)]));
  for (const { grain, first, last, coverage, scopes } of differences) {
    const ofGrain = before.get(grain) ?? new Map<string, Coverage>();
    for (const scope of scopes) {
      const outside = uncover(ofGrain.get(scope) ?? [], first, last);
      const restored = coverage.reduce<Coverage>(cover, outside);
      if (restored.length > 0) ofGrain.set(scope, restored);
      else ofGrain.delete(scope);
    }
    if (ofGrain.size > 0) before.set(grain, ofGrain);
    else before.delete(grain);
  }
  return before;
}

/** Where two coverages differ: what the earlier one has in the periods from the first difference to the last. */
export function coverageDifferences(before: Coverages, after: Coverages): PastCoverage[] {
  const found = new Map<string, PastCoverage & { readonly scopes: string[] }>();
  for (const grain of new Set([...before.keys(), ...after.keys()])) {
    const [earlier, later] = [before.get(grain), after.get(grain)];
    for (const scope of new Set([...(earlier?.keys() ?? []), ...(later?.keys() ?? [])])) {
      const [was, is] = [earlier?.get(scope) ?? [], later?.get(scope) ?? []];
      const hull = was === is ? undefined : differingHull(was, is);
      if (!hull) continue;
      const coverage = clipCoverage(was, hull);
      const text = JSON.stringify([grain, hull, coverage]);
      const known = found.get(text);
      if (known) known.scopes.push(scope);
      else found.set(text, { grain, ...hull, coverage, scopes: [scope] });
    }
  }
  return [...found.values()];
}

/** The periods from the first one in which two coverages differ to the last one. */
function differingHull(a: Coverage, b: Coverage): { first: Ordinal; last: Ordinal } | undefined {
  const edges = [...new Set([...a, ...b].flatMap(({ first, last }) => [first, last + 1]))].sort(
    (x, y) => x - y,
  );
  let hull: { first: Ordinal; last: Ordinal } | undefined;
  for (let i = 0; i + 1 < edges.length; i++) {
    const [first, next] = [edges[i] as Ordinal, edges[i + 1] as Ordinal];
    if (kindAt(a, first) === kindAt(b, first)) continue;
    hull = { first: hull?.first ?? first, last: next - 1 };
  }
  return hull;
}

/** Whether a period is covered, and completely. */
function kindAt(coverage: Coverage, ordinal: Ordinal): boolean | undefined {
  return coverage.find(({ first, last }) => first <= ordinal && ordinal <= last)?.complete;
}
