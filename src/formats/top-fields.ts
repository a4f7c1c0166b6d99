import type { Entries, RankedList, TopAnswer } from '../core/question/answer.ts';
import { nameOf } from '../core/metric/dimension.ts';
import { rowFields } from '../core/metric/item-fields.ts';
import { ownOnly } from '../core/value/named.ts';
import type { Metric, TopShape } from '../core/metric/metric.ts';
import { bucketOf } from '../core/metric/privacy.ts';
import { topPeriodFields } from '../core/question/top-period.ts';
import { namedBy, valueNameOf, withNames } from '../core/metric/value-names.ts';
import { valueOf } from './json-rows.ts';
import type { RowStyle } from './row-style.ts';

/** A member of a JSON object, as text. */
export function member(name: string, value: string | null): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

/** The members of a list's item besides its entries. */
export function topOwn(answer: TopAnswer, list: RankedList, shape: TopShape, style: RowStyle): string {
  const { metric } = answer;
  const period = ownOnly(topPeriodFields(answer));
  const own = [...Object.keys(period), ...metric.dimensions.map(({ name }) => name)];
  const fields = rowFields(metric).filter(
    (field) => own.includes(field) && !(shape.nest && field === 'timestamp'),
  );
  return withNames(fields, style.names)
    .map((field) => member(field, period[field] ?? valueOf(metric, list.values, field)))
    .join(',');
}

/**
 * A function that gives a field of the ith entry: a ranked dimension or its name, the rank, a measure, or
 * a measure's bucket.
 */
export function entryField(
  metric: Metric,
  entries: Entries,
  field: string,
): (i: number) => string | number | null {
  const shape = metric.shape as TopShape;
  const dimension = shape.entry.findIndex((ranked) => ranked.name === field);
  if (dimension >= 0) {
    const values = entries.dimensions[dimension] as readonly string[];
    return shape.entry[dimension]?.nullable ? (i) => nameOf(values[i] as string) : (i) => values[i] as string;
  }
  const named = namedBy(metric, field);
  if (named) {
    const values = entries.dimensions[shape.entry.indexOf(named)] as readonly string[];
    return (i) => valueNameOf(named, values[i] as string);
  }
  if (field === 'rank') return (i) => entries.ranks[i] as number;
  const names = Object.keys(metric.measures);
  const measure = names.indexOf(field);
  if (measure >= 0) return (i) => entries.measures[measure]?.[i] as number;
  const bucket = Object.values(metric.measures).findIndex((one) => one.bucket === field);
  return (i) => bucketOf(entries.measures[bucket]?.[i] as number);
}
