import { dimensionIndex, type Metric } from '../metric/metric.ts';
import { isWithheld, publishable } from '../metric/privacy.ts';
import { columnName } from '../metric/table.ts';
import type { Cause, Correction, History, PastChange } from '../time/history.ts';
import { valuesOfScope } from '../time/table-state.ts';
import { formatInstant, type Grain, intersect, lengthOf, type Span, touchedPeriods } from '../time/time.ts';
import { isoTime } from './as-of.ts';
import type { PathPlan } from './plan.ts';

/** A change of numbers that were served, as the API gives it. */
export interface CorrectionEntry {
  /** Unique among all corrections: `pageviews-per-article:12:daily`. */
  readonly id: string;
  readonly metric: string;
  /** When the numbers changed: `2026-11-29T14:30:00.000Z`. The answers before are those `asOf` an earlier time. */
  readonly at: string;
  readonly why: Cause;
  /** The words of whoever made the change. */
  readonly note?: string;
  readonly granularity: Grain;
  /** The first and the last period with a changed row. */
  readonly from: string;
  readonly to: string;
  /** The values of the scope's dimensions. If there are very many scopes, the first of them. */
  readonly scopes: readonly Readonly<Record<string, string>>[];
  readonly scopeCount: number;
  /** How many rows have other numbers, appeared in complete periods, or are gone. */
  readonly rows: { readonly changed: number; readonly added: number; readonly removed: number };
  /** By measure: its sums over these rows before and after, if it adds up, and the largest change of one row. */
  readonly measures?: Readonly<Record<string, { before?: number; after?: number; largest: number }>>;
}

/** What each kind of work means for a reader. */
export const WHY_IN_WORDS: Readonly<Record<Cause, string>> = {
  import: 'other rows were imported',
  retraction: 'rows were retracted',
  'late-data': 'events came late, or were labelled anew',
  'new-definition': 'the definition changed, or the source was replaced',
  'made-again': 'the rows were made again from the events',
  'data-set': 'the data set changed',
};

/** The corrections of a metric, the newest first. @param version the newest version that is served */
export function correctionsOf(
  metric: Metric,
  history: History | undefined,
  version: number,
): CorrectionEntry[] {
  const changes = history?.changes.filter((change) => change.version <= version) ?? [];
  return changes
    .toReversed()
    .flatMap((change) => change.corrections.flatMap((one) => entryOf(metric, change, one) ?? []));
}

/** The corrections that touch the periods and the scopes of a path's answer, the newest first. */
export function correctionsTouching(
  plan: PathPlan,
): { readonly entry: CorrectionEntry; readonly span: Span }[] {
  const { metric, history, state, span, source } = plan;
  if (!history) return [];
  const members = plan.kind === 'top' ? plan.lists : plan.parts.flatMap((part) => part.members);
  const scopes = new Set(
    members.map((member) => metric.scope.map((name) => member[dimensionIndex(metric, name)]).join('\0')),
  );
  // Months that publishing sums change with their days.
  const grains = new Set<Grain>([
    source,
    ...(metric.grains[source] === 'stored or summed' ? ['daily' as const] : []),
  ]);
  const changes = history.changes.filter((change) => change.version <= state.version);
  return changes.toReversed().flatMap((change) =>
    change.corrections.flatMap((one) => {
      const isIn = one.scopeCount > one.scopes.length || one.scopes.some((scope) => scopes.has(scope));
      if (!grains.has(one.grain) || !isIn) return [];
      const touched = intersect(touchedIn(one, span.grain), span);
      const entry = lengthOf(touched) > 0 ? entryOf(metric, change, one) : undefined;
      return entry ? [{ entry, span: { ...touched, grain: span.grain } }] : [];
    }),
  );
}

/** One correction; undefined if nothing of it may be published. */
function entryOf(
  metric: Metric,
  { version, at, why }: PastChange,
  one: Correction,
): CorrectionEntry | undefined {
  const shown = one.scopes.filter((scope) => !isWithheldScope(metric, scope));
  if (shown.length === 0) return undefined;
  // Sums over rows that may not be published would show them.
  const isPrivate =
    publishable(metric) !== undefined ||
    Object.values(metric.measures).some(({ bucket }) => bucket !== undefined);
  const measures = Object.entries(metric.measures).flatMap(([name, { additive }]) => {
    const change = one.measures[columnName(name)];
    if (!change) return [];
    const { before, after, largest } = change;
    return [[name, additive ? { before, after, largest } : { largest }] as const];
  });
  return {
    id: `${metric.name}:${version}:${one.grain}`,
    metric: metric.name,
    at: isoTime(at),
    why: why.cause,
    ...(why.note === undefined ? {} : { note: why.note }),
    granularity: one.grain,
    from: formatInstant(one.grain, one.first),
    to: formatInstant(one.grain, one.last),
    scopes: shown.map((scope) => scopeByName(metric, scope)),
    scopeCount: one.scopeCount - (one.scopes.length - shown.length),
    rows: { changed: one.changed, added: one.added, removed: one.removed },
    ...(isPrivate ? {} : { measures: Object.fromEntries(measures) }),
  };
}

function scopeByName({ scope: names }: Metric, scope: string): Record<string, string> {
  const values = valuesOfScope(scope);
  return Object.fromEntries(names.map((name, i) => [name, values[i] as string]));
}

function isWithheldScope(metric: Metric, scope: string): boolean {
  const byName = scopeByName(metric, scope);
  return isWithheld(
    metric,
    metric.dimensions.map(({ name }) => byName[name] ?? ''),
  );
}

/** A correction in a sentence, without its metric and time. */
export function correctionInWords({
  why,
  note,
  from,
  to,
  scopes,
  scopeCount,
  rows,
  measures,
}: CorrectionEntry): string {
  const counts = (['changed', 'added', 'removed'] as const)
    .filter((kind) => rows[kind] > 0)
    .map((kind) => `${rows[kind]} ${kind}`);
  const names = scopes.slice(0, 3).map((scope) => Object.values(scope).join(', '));
  const others = scopeCount - names.length;
  const where = [...names, ...(others > 0 ? [`${others} more`] : [])]
    .filter((name) => name !== '')
    .join('; ');
  const sums = Object.entries(measures ?? {}).flatMap(([name, { before, after }]) =>
    before === undefined || after === undefined || before === after ? [] : [`${name} ${before} → ${after}`],
  );
  const when = from === to ? from : `${from} to ${to}`;
  const size = [`rows: ${counts.join(', ')}`, ...sums].join('; ');
  return `${[where, when].filter((part) => part !== '').join(', ')}: ${size}. Why: ${WHY_IN_WORDS[why]}${note === undefined ? '' : ` (${note})`}.`;
}

/** The periods of another grain that a span touches. */
function touchedIn(span: Span, grain: Grain): Span {
  return span.grain === grain ? span : touchedPeriods(span, grain);
}
