import type { Condition } from './aggregation.ts';
import { combinationCount, combinations } from '../value/combinations.ts';
import type { Coverage } from '../time/coverage.ts';
import { isTotal, type Dimension } from '../metric/dimension.ts';
import type { Metric } from '../metric/metric.ts';
import { didYouMean, suggestion, nearest } from '../value/nearest.ts';
import { invalidParameter } from '../problem.ts';
import type { ConditionText, Question } from './question.ts';
import { BARS, separated, shortened } from '../value/value-list.ts';
import { coverageOf, scopeKey, type TableState, valuesOfScope } from '../time/table-state.ts';
import { columnName } from '../metric/table.ts';
import type { Grain } from '../time/time.ts';

/** What a question asks of one dimension, or the dimension's default if the question doesn't name it. */
export interface AskedDimension {
  readonly dimension: Dimension;
  /** Whether the answer is grouped by the dimension. Otherwise its values are added up. */
  readonly isBy: boolean;
  /** The values asked for; undefined if neither the question nor the dimension lists them. */
  readonly values: readonly string[] | undefined;
  readonly prefix: string | undefined;
  readonly not: readonly string[];
  /** The condition as the answer echoes it; undefined if all values are asked for. */
  readonly echo: ConditionText | undefined;
}

/** All dimensions of a metric's rows, the ranked ones of a top last. */
export function allDimensions({ dimensions, shape }: Metric): readonly Dimension[] {
  return shape.kind === 'top' ? [...dimensions, ...shape.entry] : dimensions;
}

/**
 * What a question asks of each dimension, in the metric's order. A path lists the values of each
 * dimension. If /query names no value, the dimension's total is taken, if it has one.
 * @throws Problem naming the parameter or member that is wrong
 */
export function askedOf(
  metric: Metric,
  { where, options, rows }: Pick<Question, 'where' | 'options' | 'rows'>,
): AskedDimension[] {
  const dimensions = rows ? allDimensions(metric) : metric.dimensions;
  if (rows) {
    refuseUnknown(metric, 'dimension', Object.keys(where), (name) => `where.${name}`);
    refuseUnknown(metric, 'dimension', rows.by, (_, i) => `by[${i}]`);
  }
  return dimensions.map((dimension) => {
    const { name } = dimension;
    const text = Object.hasOwn(where, name) ? where[name] : undefined;
    const settled = metric.fixed?.[name];
    const one = rows
      ? conditionOf(dimension, text ?? settled, rows.by.includes(name))
      : listOf(metric, dimension, text ?? settled, name !== options.sum);
    if (settled === undefined || (one.values?.length === 1 && one.values[0] === settled)) return one;
    throw invalidParameter(rows ? `where.${name}` : name, `${metric.name} only has the ${name} ${settled}.`, [
      settled,
    ]);
  });
}

/**
 * Checks that a metric has all of these dimensions or measures.
 * @param parameterOf gives the parameter that holds the nth name
 * @throws Problem that suggests the nearest name
 */
export function refuseUnknown(
  metric: Metric,
  kind: 'dimension' | 'measure',
  names: readonly string[],
  parameterOf: (name: string, index: number) => string,
): void {
  const known =
    kind === 'measure' ? Object.keys(metric.measures) : allDimensions(metric).map(({ name }) => name);
  names.forEach((name, i) => {
    if (known.includes(name)) return;
    const detail = `${metric.name} has no ${kind} ${name}${suggestion(nearest(name, known))}`;
    throw invalidParameter(parameterOf(name, i), detail, known);
  });
}

/** The values that a path lists; `questionOf` lists all values of a dimension that the path can't name. */
function listOf(
  metric: Metric,
  dimension: Dimension,
  text: ConditionText | undefined,
  isBy: boolean,
): AskedDimension {
  const { name, allowed } = dimension;
  const texts = (typeof text === 'string' ? [text] : (text ?? [])) as readonly string[];
  if (texts.length === 0) throw invalidParameter(name, `The parameter \`${name}\` is missing.`, allowed);
  const values = eachOnce(texts.map((one) => valueOf(dimension, one, name, true)));
  const isNamed = values.length > 1 && metric.path.includes(`{${name}}`);
  return { dimension, isBy, values, prefix: undefined, not: NONE, echo: isNamed ? values : values[0] };
}

const NONE: readonly string[] = [];

function eachOnce(values: readonly string[]): readonly string[] {
  return values.length === 1 ? values : [...new Set(values)];
}

function conditionOf(dimension: Dimension, text: ConditionText | undefined, isBy: boolean): AskedDimension {
  const path = `where.${dimension.name}`;
  const base = { dimension, isBy, prefix: undefined, not: NONE };
  if (typeof text === 'string' || Array.isArray(text)) {
    const list = typeof text === 'string' ? [text] : (text as readonly string[]);
    const values = eachOnce(
      list.map((one, i) => valueOf(dimension, one, typeof text === 'string' ? path : `${path}[${i}]`)),
    );
    return { ...base, values, echo: values.length === 1 ? values[0] : values };
  }
  if (text === undefined && !isBy && dimension.total !== undefined)
    return { ...base, values: [dimension.total], echo: dimension.total };
  const condition = text as { prefix?: string; not?: readonly string[] } | undefined;
  const prefix = condition?.prefix === undefined ? undefined : dimension.normalise(condition.prefix);
  const not = condition?.not?.map((one, i) => valueOf(dimension, one, `${path}.not[${i}]`)) ?? [];
  const echo = prefix !== undefined ? { prefix } : condition ? { not } : undefined;
  if (!dimension.values) return { ...base, values: undefined, prefix, not, echo };
  const values = dimension.values.filter(
    (value) => !isTotal(dimension, value) && !not.includes(value) && value.startsWith(prefix ?? ''),
  );
  if (values.length === 0)
    throw invalidParameter(path, `No value of ${dimension.name} meets this condition.`, dimension.values);
  return { ...base, values, echo };
}

/** A value in the spelling in which it is stored. @throws Problem if the dimension can't have it */
export function valueOf(dimension: Dimension, text: string, parameter: string, isInPath = false): string {
  const value = dimension.normalise(text);
  const refusal = dimension.refuse(value);
  if (refusal === undefined) return value;
  const { values: known = [], allowed } = dimension;
  const takes = dimension.values ?? allowed;
  // AQS's texts stay as they are, so the suggestion goes into a separate hint.
  if (isInPath)
    throw invalidParameter(
      parameter,
      refusal,
      takes,
      commaHint(dimension, value) ?? didYouMean(value, known),
    );
  const end = known.length > 0 ? suggestion(nearest(value, known)) : '';
  throw invalidParameter(parameter, refusal + end, takes);
}

/** A hint on the separator, for a text that holds several valid values with commas between them. */
function commaHint({ refuse }: Dimension, value: string): string | undefined {
  const values = separated(value);
  if (values.length === 0 || values.some((one) => refuse(one) !== undefined)) return undefined;
  return `${BARS} Did you mean ${shortened(values.join('|'))}?`;
}

/** What a question asks of the dimension with this name. */
export function askedBy(asked: readonly AskedDimension[], name: string): AskedDimension {
  return asked.find(({ dimension }) => dimension.name === name) as AskedDimension;
}

/** A dimension with several values that the question lists. */
export interface ListedDimension {
  readonly name: string;
  readonly values: readonly string[];
}

/** The dimensions with several values that the question itself lists. */
export function severalListed(asked: readonly AskedDimension[]): ListedDimension[] {
  return asked.flatMap(({ dimension, values = [], echo }) =>
    Array.isArray(echo) ? [{ name: dimension.name, values }] : [],
  );
}

/** Whether several values of the dimension are added up. */
export function isSummed({ isBy, values }: AskedDimension): boolean {
  return !isBy && values?.length !== 1;
}

/** The value, among several, that includes other values. In a sum these would count twice. */
export function totalAmong({ dimension, values = [] }: AskedDimension): string | undefined {
  return values.length > 1 ? values.find((value) => isTotal(dimension, value)) : undefined;
}

/** The conditions on a table's rows. They never let withheld values through. */
export function conditionsOf(asked: readonly AskedDimension[]): Condition[] {
  return asked.flatMap(({ dimension, values, prefix, not }): Condition[] => {
    const column = columnName(dimension.name);
    const withheld = dimension.withheld;
    if (values) {
      const others = dimension.values?.filter((value) => !values.includes(value));
      // If most values of a closed list are asked for, excluding the others is quicker.
      if (others && !withheld && others.length < values.length)
        return others.length === 0 ? [] : [{ column, test: 'not in', values: others }];
      return [{ column, test: 'in', values: values.filter((value) => !withheld?.has(value)) }];
    }
    const { total, subtotals } = dimension;
    const without = [
      ...not,
      ...(total === undefined ? [] : [total]),
      ...(subtotals?.values ?? []),
      ...(withheld ?? []),
      // Drops what the prefix excludes anyway: a scan evaluates each condition for every row.
    ].filter((value) => subtotals?.prefix === undefined || !value.startsWith(subtotals.prefix));
    return [
      ...(prefix === undefined ? [] : [{ column, test: 'prefix', text: prefix } as const]),
      ...(without.length === 0 ? [] : [{ column, test: 'not in', values: without } as const]),
      ...(subtotals?.prefix === undefined
        ? []
        : [{ column, test: 'not prefix', text: subtotals.prefix } as const]),
    ];
  });
}

/** Whether a question asks for this value of a dimension. */
function isMet({ dimension, values, prefix, not }: AskedDimension, value: string): boolean {
  if (dimension.withheld?.has(value)) return false;
  if (values) return values.includes(value);
  return !isTotal(dimension, value) && !not.includes(value) && value.startsWith(prefix ?? '');
}

/** A scope that a question touches: the values of the metric's scope dimensions, and what is loaded for them. */
export interface Scope {
  readonly values: readonly string[];
  readonly coverage: Coverage;
}

/** The scopes that a question touches and for which something is loaded. */
export function scopesOf(
  metric: Metric,
  asked: readonly AskedDimension[],
  state: TableState,
  grain: Grain,
): Scope[] {
  const dimensions = metric.scope.map(
    (name) => asked.find((one) => one.dimension.name === name) as AskedDimension,
  );
  const all = state.coverage.get(grain);
  if (!all) return [];
  const listed = dimensions.map((one) => one.values?.filter((value) => isMet(one, value)));
  // The listed values may have far more combinations than there are loaded scopes.
  if (combinationCount(listed) > all.size)
    return [...all].flatMap(([key, coverage]) => {
      const values = valuesOfScope(key);
      return dimensions.every((one, i) => isMet(one, values[i] as string)) ? [{ values, coverage }] : [];
    });
  const combined = combinations(listed.map((values = []) => values));
  return combined.flatMap((values) => {
    const coverage = coverageOf(state, grain, [scopeKey(values)]);
    return coverage.length > 0 ? [{ values, coverage }] : [];
  });
}
