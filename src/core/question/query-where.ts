import type { Condition } from '../aggregation.ts';
import type { Coverage } from '../coverage.ts';
import { isTotal, type Dimension } from '../dimension.ts';
import type { Metric } from '../metric.ts';
import type { Listed } from './no-rows.ts';
import { invalidParameter, Problem } from '../problem.ts';
import type { ConditionText, QueryText } from './query.ts';
import { meant, nearest } from '../nearest.ts';
import { coverageOf, scopeKey, type TableState, valuesOfScope } from '../table-state.ts';
import { columnName } from '../table.ts';
import type { Grain } from '../time.ts';

/** What a question says of one dimension, or what follows where it says nothing. */
export interface Asked {
  readonly dimension: Dimension;
  /** Its values are told apart in the answer. */
  readonly isBy: boolean;
  /** The values, where they are listed or follow from a closed list. */
  readonly values: readonly string[] | undefined;
  readonly prefix: string | undefined;
  readonly not: readonly string[];
  /** As the answer echoes it; undefined where all values are asked for. */
  readonly echo: ConditionText | undefined;
}

/** Everything that rows of a metric are told apart by; what a top ranks comes last. */
export function allDimensions({ dimensions, shape }: Metric): readonly Dimension[] {
  return shape.kind === 'top' ? [...dimensions, ...shape.entry] : dimensions;
}

/**
 * What a question asks of each dimension, in the metric's order. A dimension that it doesn't name
 * takes the value that stands for all together, where there is one.
 * @throws Problem naming the member of the question that is wrong
 */
export function askedOf(metric: Metric, { where, by }: QueryText): Asked[] {
  const dimensions = allDimensions(metric);
  const known = dimensions.map(({ name }) => name);
  for (const name of Object.keys(where)) {
    if (known.includes(name)) continue;
    throw new Problem(
      'invalid-parameter',
      `${metric.name} has no dimension ${name}${meant(nearest(name, known))}`,
      {
        parameter: `where.${name}`,
        allowed: known,
      },
    );
  }
  by.forEach((name, i) => {
    if (!known.includes(name))
      throw invalidParameter(
        `by[${i}]`,
        `${metric.name} has no dimension ${name}${meant(nearest(name, known))}`,
        known,
      );
  });
  return dimensions.map((dimension) => {
    const text = where[dimension.name];
    const settled = metric.fixed?.[dimension.name];
    if (settled === undefined) return askedOfOne(dimension, text, by.includes(dimension.name));
    const one = askedOfOne(dimension, text ?? settled, by.includes(dimension.name));
    if (one.values?.length === 1 && one.values[0] === settled) return one;
    throw new Problem('invalid-parameter', `${metric.name} is about the ${dimension.name} ${settled} only.`, {
      parameter: `where.${dimension.name}`,
      allowed: [settled],
    });
  });
}

function askedOfOne(dimension: Dimension, text: ConditionText | undefined, isBy: boolean): Asked {
  const path = `where.${dimension.name}`;
  const base = { dimension, isBy, prefix: undefined, not: [] };
  if (typeof text === 'string' || Array.isArray(text)) {
    const list = typeof text === 'string' ? [text] : (text as readonly string[]);
    const values = [
      ...new Set(
        list.map((one, i) => valueOf(dimension, one, typeof text === 'string' ? path : `${path}[${i}]`)),
      ),
    ];
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
    throw invalidParameter(path, `No value of ${dimension.name} is like that.`, dimension.values);
  return { ...base, values, echo };
}

function valueOf(dimension: Dimension, text: string, path: string): string {
  const value = dimension.normalise(text);
  const refusal = dimension.refuse(value);
  if (refusal === undefined) return value;
  const hint = dimension.values ? meant(nearest(value, dimension.values)) : '';
  throw invalidParameter(path, `${refusal}${hint}`, dimension.values ?? dimension.allowed);
}

/** The dimensions of which whoever asks listed several values. */
export function severalListed(asked: readonly Asked[]): Listed[] {
  return asked.flatMap(({ dimension, values = [], echo }) =>
    Array.isArray(echo) ? [{ name: dimension.name, values }] : [],
  );
}

/** Whether several values of it are added up. */
export function isSummed({ isBy, values }: Asked): boolean {
  return !isBy && values?.length !== 1;
}

/** Whether values are told apart of which one holds another: added up they would count twice. */
export function isMixed({ dimension, values }: Asked): boolean {
  return values !== undefined && values.length > 1 && values.some((value) => isTotal(dimension, value));
}

/** The conditions on a table's rows; values of which nothing is published are never among them. */
export function conditionsOf(asked: readonly Asked[]): Condition[] {
  return asked.flatMap(({ dimension, values, prefix, not }): Condition[] => {
    const column = columnName(dimension.name);
    const withheld = dimension.withheld;
    if (values) {
      const others = dimension.values?.filter((value) => !values.includes(value));
      // Of most values of a closed list it is quicker to name the others.
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
      // Each condition is looked at for every row of a scan.
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

/** Whether rows with this value of a dimension are asked for. */
function isMet({ dimension, values, prefix, not }: Asked, value: string): boolean {
  if (dimension.withheld?.has(value)) return false;
  if (values) return values.includes(value);
  return !isTotal(dimension, value) && !not.includes(value) && value.startsWith(prefix ?? '');
}

/** A scope that a question touches: the values of the metric's scope dimensions, and what was loaded of it. */
export interface Scope {
  readonly values: readonly string[];
  readonly coverage: Coverage;
}

/** The scopes that a question touches, those of which something was loaded only. */
export function scopesOf(metric: Metric, asked: readonly Asked[], state: TableState, grain: Grain): Scope[] {
  const dimensions = metric.scope.map((name) => asked.find((one) => one.dimension.name === name) as Asked);
  const all = state.coverage.get(grain);
  if (!all) return [];
  const listed = dimensions.map((one) => one.values?.filter((value) => isMet(one, value)));
  const named = listed.reduce((product, values) => product * (values?.length ?? Infinity), 1);
  // A caller may list so many values that their combinations are far more than was ever loaded.
  if (named > all.size)
    return [...all].flatMap(([key, coverage]) => {
      const values = valuesOfScope(key);
      return dimensions.every((one, i) => isMet(one, values[i] as string)) ? [{ values, coverage }] : [];
    });
  const combined = listed.reduce<string[][]>(
    (lists, values = []) => lists.flatMap((list) => values.map((value) => [...list, value])),
    [[]],
  );
  return combined.flatMap((values) => {
    const coverage = coverageOf(state, grain, [scopeKey(values)]);
    return coverage.length > 0 ? [{ values, coverage }] : [];
  });
}
