import type { Measure } from '../core/metric/measure.ts';
import { type Sql, sql } from '../core/sql.ts';
import { measureOf } from './own-metric.ts';
import type { StreamFields, Wrong } from './stream-fields.ts';
import type { MeasureText } from './texts.ts';

/** A measure of a stream's events. */
export interface StreamMeasure {
  readonly measure: Measure;
  /** The aggregate of all events of a row; of `unique`, what is counted. */
  readonly made: { readonly kind: 'all' | 'unique'; readonly value: Sql };
  /** What tells it from another measure of the same name. */
  readonly meaning: unknown;
}

/**
 * What sketches are off by, as the standard deviation of the share. DuckDB's sketch has 64 registers and is off by
 * 13 %, so the values are counted in 256 parts (`stream-query.ts`); `test/stream-metrics/unique.test.ts` measures it.
 */
export const UNIQUE_ERROR = 'about 2 %';

/** Returns a measure of a data set that is made from a stream; undefined after reporting mistakes. */
export function streamMeasure(
  name: string,
  declared: MeasureText | null,
  fields: StreamFields,
  wrong: Wrong,
): StreamMeasure | undefined {
  const { column, sum, unique, additive } = declared ?? {};
  const path = ['measures', name];
  if (column !== undefined)
    wrong([...path, 'column'], 'a stream has no columns: write sum or unique with a field.', 'key');
  if (declared?.kind !== undefined)
    wrong([...path, 'kind'], "leave this out: it follows from the field's type.", 'key');
  if (sum !== undefined && unique !== undefined)
    wrong([...path, 'unique'], 'a measure has either sum or unique.', 'key');
  const text = { unit: name, ...declared };
  if (unique !== undefined) {
    if (additive === true)
      wrong([...path, 'additive'], `${name} can't be added up: the same value would count twice.`);
    const field = fields.find(unique, 'unique', [...path, 'unique']);
    if (!field) return undefined;
    const doc = `${text.description ?? `Number of different values of ${unique}.`} It is counted by a sketch, whose standard error is ${UNIQUE_ERROR}.`;
    return {
      measure: measureOf(name, { ...text, description: doc, additive: false }),
      made: { kind: 'unique', value: fields.column(field, 'text') },
      meaning: [name, 'unique', unique],
    };
  }
  if (sum === undefined)
    return {
      measure: measureOf(name, { ...text, description: text.description ?? 'Number of events.' }),
      made: { kind: 'all', value: sql`count(*)` },
      meaning: [name, 'count'],
    };
  const field = fields.find(sum, 'sum', [...path, 'sum']);
  if (!field) return undefined;
  const { type } = field;
  if (type !== 'integer' && type !== 'number') {
    wrong([...path, 'sum'], `${sum} is not a number, so it can't be added up.`);
    return undefined;
  }
  const value = fields.column(field, type);
  return {
    measure: measureOf(name, {
      ...text,
      kind: type === 'integer' ? 'difference' : 'decimal',
      description: text.description ?? `Sum of ${sum}.`,
    }),
    made: { kind: 'all', value: type === 'integer' ? sumOfIntegers(value) : sumOfNumbers(value) },
    meaning: [name, 'sum', sum, type],
  };
}

/** The exact sum; NULL beyond what JSON's numbers hold exactly. */
function sumOfIntegers(value: Sql): Sql {
  const total = sql`coalesce(sum(${value}), 0)`;
  return sql`CASE WHEN abs(${total}) <= 9007199254740991 THEN ${total} END`;
}

/** The same sum in whatever order. Numbers of more than 15 digits before the point count as none. */
function sumOfNumbers(value: Sql): Sql {
  return sql`CAST(coalesce(sum(CASE WHEN abs(${value}) < 1e15 THEN CAST(${value} AS DECIMAL(38, 9)) END), 0) AS DOUBLE)`;
}
