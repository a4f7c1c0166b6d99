import { combinationCount, combinations } from '../value/combinations.ts';
import { hullOf } from '../time/coverage.ts';
import { dimensionIndex, dimensionOf, openDimensions, readGrain, type Metric } from '../metric/metric.ts';
import { MAX_NAMES_EXPLAINED, scopesUnknown, unknownInWords, unknownNames } from './names-found.ts';
import { allOfIts, PERIODS, spanInWords } from './period-words.ts';
import type { NamesFound } from '../problem.ts';
import { noDataDetail, Problem, type NotFoundReason } from '../problem.ts';
import { scopeKey, type TableState, valuesOfScope } from '../time/table-state.ts';
import { GRAINS, intersect, lengthOf, refine, type Grain, type Span } from '../time/time.ts';
import { MAX_VALUES_NAMED, shortened, someInWords } from '../value/value-list.ts';

/*
 * What to say where there are no rows: which value isn't known and which ones are near, and what is
 * loaded from when to when. Made of the tables' states only, so that a 404 costs next to nothing.
 */

/** A question that has no rows. */
export interface EmptyQuestion {
  readonly metric: Metric;
  /** The values asked for, by dimension, normalised; empty where any value will do. */
  readonly listed: readonly (readonly string[])[];
  readonly grain: Grain;
  /** Of the table that was to be read. */
  readonly state: TableState;
  /** The periods asked for; empty or undefined where the question names none. */
  readonly asked?: Span;
  /** Whether it is in the one language, where a total is asked for by naming nothing. */
  readonly isOfRows?: boolean;
}

/** As many scopes are looked at to find those that a question is about. */
const MAX_SCOPES = 20_000;

/**
 * The problem of a question without rows. AQS's metrics keep AQS's words, which clients read, and have
 * the hint besides; others say what it is that they haven't.
 */
export function notFound(
  reason: NotFoundReason,
  question: EmptyQuestion,
  names: readonly NamesFound[] = [],
): Problem {
  const { subject = 'project' } = question.metric;
  const detail = subject === false ? ownDetail(reason, question) : noDataDetail(subject);
  let hint: string | undefined;
  return new Problem('not-found', detail, {
    reason,
    // Made when somebody reads them: of many series without rows few are told.
    get hint() {
      return (hint ??= hintFor(question, names));
    },
    get names() {
      const scopes = scopesUnknown(question.metric, question.listed, question.state);
      return scopes.length > 0 ? scopes : names;
    },
  });
}

/** What a question may have meant, and what is loaded of that which it is about. */
export function hintFor(question: EmptyQuestion, names: readonly NamesFound[] = []): string {
  const told = names.slice(0, MAX_NAMES_EXPLAINED).map((found) => nameInWords(question, found));
  return [...told, ...loadedInWords(question)].join(' ');
}

function ownDetail(reason: NotFoundReason, question: EmptyQuestion): string {
  const { metric, listed, grain, asked } = question;
  const values = openDimensions(metric).flatMap(({ name }) => {
    const some = listed[dimensionIndex(metric, name)] ?? [];
    return some.length === 0
      ? []
      : [`${name} ${some.slice(0, MAX_NAMES_EXPLAINED).map(shortened).join(' or ')}`];
  });
  const of = [metric.name, ...(values.length > 0 ? [values.join(', ')] : [])].join(' for ');
  const when = reason === 'not-loaded' || !asked || lengthOf(asked) === 0 ? '' : `, ${spanInWords(asked)}`;
  if (reason === 'outside-coverage' && isInParts(question))
    return `There are no whole ${PERIODS[grain]} of ${of}${when}:${allOfIts(grain, readGrain(metric, grain), 'a')}`;
  return reason === 'no-rows' ? `There are no rows of ${of}${when}.` : `Nothing is loaded of ${of}${when}.`;
}

/** Whether parts of what is asked for are loaded, but no period of it whole: of weeks and years. */
function isInParts(question: EmptyQuestion): boolean {
  const { metric, grain, state, asked } = question;
  const source = readGrain(metric, grain);
  if (source === grain) return false;
  const hulls = [...scopesAsked(question)].flatMap(
    (scope) => hullOf(state.coverage.get(source)?.get(scope) ?? []) ?? [],
  );
  // Whoever asks for the latest one names no periods.
  if (!asked || lengthOf(asked) === 0) return hulls.length > 0;
  return hulls.some((hull) => lengthOf(intersect(refine(asked, source), hull)) > 0);
}

function nameInWords({ metric, listed, grain }: EmptyQuestion, found: NamesFound): string {
  const { dimension, value, among, isStored, grains = [] } = found;
  if (!isStored) return unknownInWords(found);
  const of = among === '' ? '' : ` of ${among}`;
  // Those that nobody chose count as well: a question that leaves one out asks for its total.
  const others = metric.dimensions.flatMap(({ name, values }, i) =>
    values && listed[i]?.length ? [`${name} ${listed[i].slice(0, MAX_VALUES_NAMED).join(' or ')}`] : [],
  );
  const withOthers = others.length > 0 ? ` with ${others.join(', ')}` : '';
  const name = `the ${dimension} ${shortened(value)}${of}`;
  const source = readGrain(metric, grain);
  if (grains.length === 0)
    return `There are numbers of ${name}, but no ${source} ones${withOthers} in this range.`;
  const sums = source === grain ? '' : `, which ${grain} ones are made of`;
  return `There are ${grains.join(' and ')} numbers of ${name}${withOthers} in this range, but no ${source} ones${sums}.`;
}

function loadedInWords(question: EmptyQuestion): string[] {
  const { metric, listed, state } = question;
  if ([...state.coverage.values()].every((all) => all.size === 0))
    return [`Nothing is loaded of ${metric.name} yet.`];
  const unknown = scopesUnknown(metric, listed, state);
  const [first, ...others] = unknown;
  if (
    question.isOfRows &&
    first &&
    others.length === 0 &&
    first.value === dimensionOf(metric, first.dimension)?.total
  )
    return totalInWords(question, first);
  const told = unknownNames(unknown);
  const scopes = scopesAsked(question);
  if (scopes.size > 0) return [...told, coverageInWords(question, scopes)];
  return told.length > 0 ? told : [togetherInWords(question)];
}

/** Nothing is loaded of a total, which is taken where no value is named: what to do, and when there are numbers. */
function totalInWords(question: EmptyQuestion, { dimension, value, loaded = [] }: NamesFound): string[] {
  const { metric, listed } = question;
  const others = listed.map((values, i) => (i === dimensionIndex(metric, dimension) ? [] : values));
  const scopes = scopesAsked({ ...question, listed: others });
  return [
    `Where no ${dimension} is named, ${value} is taken, and nothing is loaded of that: name one of ${someInWords(loaded)}, or put ${dimension} into by.`,
    ...(scopes.size > 0 ? [coverageInWords(question, scopes)] : []),
  ];
}

/** Each value is loaded, and not with the others: what there is with all of them but one. */
function togetherInWords(question: EmptyQuestion): string {
  const { metric } = question;
  const all = scopesIn(question);
  const wanted = metric.scope.map((name) => question.listed[dimensionIndex(metric, name)] ?? []);
  const isMet = (values: readonly string[], place: number): boolean =>
    wanted[place]?.length === 0 || wanted[place]?.includes(values[place] as string) === true;
  const what = metric.scope
    .map(
      (name, place) =>
        `${name} ${(wanted[place] ?? []).slice(0, MAX_NAMES_EXPLAINED).map(shortened).join(' or ')}`,
    )
    .join(' with ');
  // The last one is the most likely to vary.
  for (const [place, name] of [...metric.scope.entries()].reverse()) {
    const others = all.filter((values) =>
      values.every((_, other) => other === place || isMet(values, other)),
    );
    const withheld = dimensionOf(metric, name)?.withheld;
    const there = new Set(
      others.map((values) => values[place] as string).filter((value) => !withheld?.has(value)),
    );
    if (there.size > 0)
      return `Nothing is loaded of ${what}; loaded with the others of the ${name}: ${someInWords([...there])}.`;
  }
  return `Nothing is loaded of ${what}.`;
}

/** What is loaded of some scopes from when to when, and how the range that is asked for lies to that. */
function coverageInWords(
  { metric, grain, state, asked }: EmptyQuestion,
  scopes: ReadonlySet<string>,
): string {
  const held = GRAINS.flatMap((one): Span[] => {
    const hulls = [...scopes].flatMap((scope) => hullOf(state.coverage.get(one)?.get(scope) ?? []) ?? []);
    if (hulls.length === 0) return [];
    const first = Math.min(...hulls.map((hull) => hull.first));
    return [{ grain: one, first, last: Math.max(...hulls.map((hull) => hull.last)) }];
  });
  const of = scopes.size === 1 ? scopeInWords(metric, [...scopes][0] as string) : metric.name;
  const loaded = `Loaded of ${of}: ${held.map((span) => `${span.grain} numbers from ${spanInWords(span)}`).join(', ')}.`;
  const source = readGrain(metric, grain);
  const own = held.find((span) => span.grain === source);
  if (!own) return `${loaded} There are no ${grain} ones.`;
  if (asked && lengthOf(asked) > 0) return loaded + placeInWords(asked, own);
  // Nothing is the latest of what has no whole period.
  return asked && source !== grain ? loaded + allOfIts(grain, source) : loaded;
}

function placeInWords(asked: Span, own: Span): string {
  const { first, last } = refine(asked, own.grain);
  const range = ` The range asked for, ${spanInWords(asked)},`;
  if (first > own.last) return `${range} lies after that.`;
  if (last < own.first) return `${range} lies before that.`;
  return asked.grain === own.grain ? '' : allOfIts(asked.grain, own.grain);
}

function scopeInWords({ name, scope, fixed }: Metric, key: string): string {
  const values = valuesOfScope(key);
  const words = scope.flatMap((one, place) =>
    fixed?.[one] === undefined ? [`${one} ${shortened(values[place] as string)}`] : [],
  );
  return words.length === 0 ? name : `the ${words.join(', ')}`;
}

/** The keys of the scopes that a question is about and of which something is loaded. */
function scopesAsked(question: EmptyQuestion): ReadonlySet<string> {
  const { metric, listed, state } = question;
  const wanted = metric.scope.map((name) => {
    const withheld = dimensionOf(metric, name)?.withheld;
    return (listed[dimensionIndex(metric, name)] ?? []).filter((value) => !withheld?.has(value));
  });
  const asked = metric.scope.map((name) => (listed[dimensionIndex(metric, name)] ?? []).length > 0);
  const isListed = asked.every(Boolean);
  if (isListed && combinationCount(wanted) <= MAX_SCOPES) {
    const keys = combinations(wanted).map(scopeKey);
    return new Set(keys.filter((key) => [...state.coverage.values()].some((all) => all.has(key))));
  }
  const met = scopesIn(question).filter((values) =>
    values.every((value, place) => asked[place] === false || wanted[place]?.includes(value)),
  );
  return new Set(met.map(scopeKey));
}

/** The scopes of which something is loaded; of very many the first. */
function scopesIn({ state }: EmptyQuestion): string[][] {
  const keys = new Set<string>();
  for (const all of state.coverage.values())
    for (const key of all.keys()) {
      if (keys.size === MAX_SCOPES) break;
      keys.add(key);
    }
  return [...keys].map(valuesOfScope);
}
