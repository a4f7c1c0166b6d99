import { timeLimitOf } from '../core/abort.ts';
import { nameOf, type Dimension } from '../core/metric/dimension.ts';
import type { Metric } from '../core/metric/metric.ts';
import { Problem } from '../core/problem.ts';
import type { QueryAnswer } from '../core/question/query-answer.ts';
import { type TableState, loadedValues } from '../core/time/table-state.ts';
import { madeNow, type Rendered } from './answer-cache.ts';
import type { Road } from './road.ts';
import { newestRows, type KnownValues } from './newest.ts';

export interface ValuesAsked {
  readonly metric: Metric;
  readonly dimension: Dimension;
  readonly prefix: string;
  /** The maximum number of values in an answer. */
  readonly limit: number;
  /** Values of other dimensions: only values that occur together with them are wanted. */
  readonly known: KnownValues;
}

/** The longest that a person waits for suggestions while typing, in ms. */
const TIME_LIMIT_MS = 2000;
const TYPE = 'application/json; charset=utf-8';

/**
 * The values of a dimension that begin with a prefix, as JSON. They come from the dimension's closed
 * list, else from the loaded scopes, else from the newest rows, the greatest first. If the prefix
 * finds nothing in the rows, it is tried with a capital letter, as titles have it.
 * @throws Problem, also if the answer takes too long; EngineError
 */
export async function dimensionValues(
  road: Road,
  asked: ValuesAsked,
  signal: AbortSignal,
): Promise<Rendered> {
  const { metric, dimension, prefix } = asked;
  const state = road.watch.stateOf(metric, 'warehouse');
  const listed = dimension.values ?? scopeValues(metric, dimension, state);
  if (listed) {
    const small = prefix.toLowerCase();
    return rendered(
      asked,
      listed.filter((value) => value.toLowerCase().startsWith(small)),
    );
  }
  const timeLimit = timeLimitOf(signal, TIME_LIMIT_MS);
  try {
    const found = await storedValues(road, asked, state, timeLimit.signal);
    const capital = prefix.charAt(0).toUpperCase() + prefix.slice(1);
    if (capital === prefix || valuesOf(found).length > 0) return found;
    return await storedValues(road, { ...asked, prefix: capital }, state, timeLimit.signal);
  } catch (error) {
    if (timeLimit.signal.aborted && !signal.aborted)
      throw new Problem('unavailable', 'Looking for values took too long.', { retryAfterS: 5 });
    throw error;
  } finally {
    timeLimit.end();
  }
}

/** The values in an answer of `dimensionValues`. */
export function valuesOf({ body }: Pick<Rendered, 'body'>): string[] {
  return (JSON.parse(body.toString()) as { values: string[] }).values;
}

/** The loaded values of a scope dimension, the total first; undefined for other dimensions. */
export function scopeValues(
  metric: Metric,
  { name, total, withheld }: Dimension,
  state: TableState,
): string[] | undefined {
  const place = metric.scope.indexOf(name);
  if (place < 0) return undefined;
  return [...loadedValues(state, place)]
    .filter((value) => !withheld?.has(value))
    .sort((a, b) => Number(b === total) - Number(a === total) || (a < b ? -1 : 1));
}

async function storedValues(
  road: Road,
  asked: ValuesAsked,
  state: TableState,
  signal: AbortSignal,
): Promise<Rendered> {
  const { metric, dimension, prefix, limit, known } = asked;
  const question = newestRows(metric, state, {
    known,
    prefix: { dimension: dimension.name, text: prefix },
    values: limit,
  });
  if (!question) return rendered(asked, []);
  const plan = road.plan(road.question(question));
  road.charge([plan]);
  const { total } = dimension;
  const all = total?.startsWith(prefix) ? [total] : [];
  const render = (answer: QueryAnswer): { body: Buffer; type: string } => ({
    body: bodyOf(asked, [...all, ...distinct(answer, dimension.name)]),
    type: TYPE,
  });
  return road.rendered(plan, `values ${dimension.name} ${limit}`, render, signal);
}

function distinct(answer: QueryAnswer, name: string): string[] {
  const place = answer.plan.query.by.indexOf(name);
  return [...new Set(answer.rows.map(({ values }) => values[place] as string))].filter(
    (value) => nameOf(value) !== null,
  );
}

function bodyOf({ metric, dimension, prefix, limit }: ValuesAsked, values: readonly string[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      metric: metric.name,
      dimension: dimension.name,
      prefix,
      values: values.slice(0, limit),
    }),
  );
}

function rendered(asked: ValuesAsked, values: readonly string[]): Rendered {
  return madeNow(bodyOf(asked, values), TYPE);
}
