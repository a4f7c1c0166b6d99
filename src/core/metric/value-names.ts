import { nameOf, type Dimension } from './dimension.ts';
import { rowFields } from './item-fields.ts';
import type { Metric } from './metric.ts';
import { suggestion, nearest } from '../value/nearest.ts';
import { invalidParameter } from '../problem.ts';

/** The field that shows the names of a dimension's values: `country_name`. */
export function nameField({ name }: Pick<Dimension, 'name'>): string {
  return `${name}_name`;
}

/** The name of a dimension's value; null if it is unknown. */
export function valueNameOf(dimension: Dimension, value: string): string | null {
  return nameOf(value) === null ? null : (dimension.valueName?.(value) ?? null);
}

/** The fields, with a name field after each of the dimensions in `named`. */
export function withNames(fields: readonly string[], named: readonly string[] = []): string[] {
  return fields.flatMap((field) => (named.includes(field) ? [field, nameField({ name: field })] : [field]));
}

/** The dimension whose value names a field shows; undefined if it is another kind of field. */
export function namedBy(metric: Metric, field: string): Dimension | undefined {
  const all = dimensionsIn(metric);
  if (Object.hasOwn(metric.measures, field) || all.some(({ name }) => name === field)) return undefined;
  return all.find((one) => one.valueName !== undefined && nameField(one) === field);
}

/**
 * Reads the option `names`: the dimensions whose values get their names beside them.
 * @param text the dimensions, separated by commas
 * @param columns the dimensions of the answer's rows
 * @param asked the name of the columns' owner in messages: a metric, or `by of METRIC`
 * @throws Problem for a dimension that isn't among them, or whose values have no names
 */
export function namedIn(text: string, columns: readonly Dimension[], asked: string): string[] {
  const allowed = columns.filter(({ valueName }) => valueName !== undefined).map(({ name }) => name);
  return [...new Set(text.split(','))].map((name) => {
    if (allowed.includes(name)) return name;
    const detail =
      allowed.length === 0
        ? `No column of ${asked} has names for its values`
        : `${asked} has no names for the values of ${name === '' ? '(nothing)' : name}${suggestion(nearest(name, allowed))}`;
    throw invalidParameter('names', detail, allowed);
  });
}

/** The dimensions that are columns of a metric's rows. */
export function dimensionColumns(metric: Metric): Dimension[] {
  const fields = rowFields(metric);
  return dimensionsIn(metric).filter(({ name }) => fields.includes(name));
}

/** The dimensions among a metric's columns whose values have names. */
export function nameableIn(metric: Metric): Dimension[] {
  return dimensionColumns(metric).filter(({ valueName }) => valueName !== undefined);
}

function dimensionsIn({ dimensions, shape }: Metric): readonly Dimension[] {
  return shape.kind === 'top' ? [...dimensions, ...shape.entry] : dimensions;
}
