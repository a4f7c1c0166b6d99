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
 * Hints for questions without rows: which value is unknown, which ones are similar, and which periods
 * are loaded. They are made from the tables' states, so that a 404 costs hardly anything.
 */

/** A question that has no rows. */
export interface EmptyQuestion {
  readonly metric: Metric;
  /** The normalised values asked for, by dimension; empty if all values are asked for. */
  readonly listed: readonly (readonly string[])[];
  readonly grain: Grain;
  /** The state of the metric's table. */
  readonly state: TableState;
  /** The periods asked for; empty or undefined if the question names none. */
  readonly asked?: Span;
  /** Whether it is a /query question, which asks for a total by naming no value. */
  readonly isOfRows?: boolean;
}

/** The maximum number of loaded scopes that a hint searches. */
const MAX_SCOPES = 20_000;

/**
 * The problem of a question without rows. AQS's metrics have AQS's detail, which clients parse, and a
 * hint beside it; the detail of other metrics says what is missing.
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
    // Computed on access: of many problems in one answer only a few are shown.
    get hint() {
      return (hint ??= hintFor(question, names));
    },
    get names() {
      const scopes = scopesUnknown(question.metric, question.listed, question.state);
      return scopes.length > 0 ? scopes : names;
    },
  });
}

/** Says what a question may have meant, and what is loaded for it. */
export function hintFor(question: EmptyQuestion, names: readonly NamesFound[] = []): string {
  const explained = names.slice(0, MAX_NAMES_EXPLAINED).map((found) => nameInWords(question, found));
  return [...explained, ...loadedInWords(question)].join(' ');
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
  return reason === 'no-rows' ? `There are no rows of ${of}${when}.` : `Nothing is loaded for ${of}${when}.`;
}

/** Whether days (or months) are loaded in the range, but no whole week (or year). */
function isInParts(question: EmptyQuestion): boolean {
  const { metric, grain, state, asked } = question;
  const source = readGrain(metric, grain);
  if (source === grain) return false;
  const hulls = [...scopesAsked(question)].flatMap(
    (scope) => hullOf(state.coverage.get(source)?.get(scope) ?? []) ?? [],
  );
  // A question for `latest` has no periods here.
  if (!asked || lengthOf(asked) === 0) return hulls.length > 0;
  return hulls.some((hull) => lengthOf(intersect(refine(asked, source), hull)) > 0);
}

function nameInWords({ metric, listed, grain }: EmptyQuestion, found: NamesFound): string {
  const { dimension, value, among, isStored, grains = [] } = found;
  if (!isStored) return unknownInWords(found);
  const of = among === '' ? '' : ` of ${among}`;
  // Includes dimensions that the caller left out, which were asked for by their total.
  const others = metric.dimensions.flatMap(({ name, values }, i) =>
    values && listed[i]?.length ? [`${name} ${listed[i].slice(0, MAX_VALUES_NAMED).join(' or ')}`] : [],
  );
  const withOthers = others.length > 0 ? ` with ${others.join(', ')}` : '';
  const name = `the ${dimension} ${shortened(value)}${of}`;
  const source = readGrain(metric, grain);
  if (grains.length === 0)
    return `There are numbers for ${name}, but no ${source} ones${withOthers} in this range.`;
  const sums = source === grain ? '' : `, which the ${grain} ones are sums of`;
  return `There are ${grains.join(' and ')} numbers for ${name}${withOthers} in this range, but no ${source} ones${sums}.`;
}

function loadedInWords(question: EmptyQuestion): string[] {
  const { metric, listed, state } = question;
  if ([...state.coverage.values()].every((all) => all.size === 0))
    return [`Nothing is loaded for ${metric.name} yet.`];
  const unknown = scopesUnknown(metric, listed, state);
  const [first, ...others] = unknown;
  if (
    question.isOfRows &&
    first &&
    others.length === 0 &&
    first.value === dimensionOf(metric, first.dimension)?.total
  )
    return totalInWords(question, first);
  const explained = unknownNames(unknown);
  const scopes = scopesAsked(question);
  if (scopes.size > 0) return [...explained, coverageInWords(question, scopes)];
  return explained.length > 0 ? explained : [togetherInWords(question)];
}

/**
 * A hint for a question that asks for a dimension's total because it names no value, although only single
 * values are loaded.
 */
function totalInWords(question: EmptyQuestion, { dimension, value, loaded = [] }: NamesFound): string[] {
  const { metric, listed } = question;
  const others = listed.map((values, i) => (i === dimensionIndex(metric, dimension) ? [] : values));
  const scopes = scopesAsked({ ...question, listed: others });
  return [
    `The question names no ${dimension}, so it asks for ${value}, for which nothing is loaded. Name one of ${someInWords(loaded)}, or put ${dimension} into by.`,
    ...(scopes.size > 0 ? [coverageInWords(question, scopes)] : []),
  ];
}

/**
 * A hint for values that are loaded, but not together. It says which values of one dimension are loaded with
 * the values of the others.
 */
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
  // The last dimension is the most likely to be wrong.
  for (const [place, name] of [...metric.scope.entries()].reverse()) {
    const others = all.filter((values) =>
      values.every((_, other) => other === place || isMet(values, other)),
    );
    const withheld = dimensionOf(metric, name)?.withheld;
    const there = new Set(
      others.map((values) => values[place] as string).filter((value) => !withheld?.has(value)),
    );
    if (there.size > 0)
      return `Nothing is loaded for ${what}. For the rest of it, the loaded values of ${name} are ${someInWords([...there])}.`;
  }
  return `Nothing is loaded for ${what}.`;
}

/** Says which periods of some scopes are loaded, and whether the range asked for lies before or after them. */
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
  const loaded = `Loaded for ${of}: ${held.map((span) => `${span.grain} numbers from ${spanInWords(span)}`).join(', ')}.`;
  const source = readGrain(metric, grain);
  const own = held.find((span) => span.grain === source);
  if (!own) return `${loaded} There are no ${grain} ones.`;
  if (asked && lengthOf(asked) > 0) return loaded + placeInWords(asked, own);
  // A question for `latest` found no whole week or year.
  return asked && source !== grain ? loaded + allOfIts(grain, source) : loaded;
}

function placeInWords(asked: Span, own: Span): string {
  const { first, last } = refine(asked, own.grain);
  const range = ` The range asked for, ${spanInWords(asked)},`;
  if (first > own.last) return `${range} is after that.`;
  if (last < own.first) return `${range} is before that.`;
  return asked.grain === own.grain ? '' : allOfIts(asked.grain, own.grain);
}

function scopeInWords({ name, scope, fixed }: Metric, key: string): string {
  const values = valuesOfScope(key);
  const words = scope.flatMap((one, place) =>
    fixed?.[one] === undefined ? [`${one} ${shortened(values[place] as string)}`] : [],
  );
  return words.length === 0 ? name : `the ${words.join(', ')}`;
}

/** The keys of the loaded scopes that a question asks for. */
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

/** The loaded scopes, at most the first `MAX_SCOPES`. */
function scopesIn({ state }: EmptyQuestion): string[][] {
  const keys = new Set<string>();
  for (const all of state.coverage.values())
    for (const key of all.keys()) {
      if (keys.size === MAX_SCOPES) break;
      keys.add(key);
    }
  return [...keys].map(valuesOfScope);
}
