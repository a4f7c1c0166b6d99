import { nameOf, type Dimension } from './dimension.ts';
import { rowFields } from './item-fields.ts';
import type { Metric } from './metric.ts';
import { suggestion, nearest } from '../value/nearest.ts';
import { invalidParameter } from '../problem.ts';

/** The field beside a dimension that has the names of its values: `country_name`. */
export function nameField({ name }: Pick<Dimension, 'name'>): string {
  return `${name}_name`;
}

/** What a value of a dimension is called; null where that isn't known. */
export function valueNameOf(dimension: Dimension, value: string): string | null {
  return nameOf(value) === null ? null : (dimension.valueName?.(value) ?? null);
}

/** Fields with the names of these dimensions' values, each behind its dimension. */
export function withNames(fields: readonly string[], named: readonly string[] = []): string[] {
  return fields.flatMap((field) => (named.includes(field) ? [field, nameField({ name: field })] : [field]));
}

/** The dimension of whose values a field has the names; undefined where it is another field. */
export function namedBy(metric: Metric, field: string): Dimension | undefined {
  const all = dimensionsIn(metric);
  if (Object.hasOwn(metric.measures, field) || all.some(({ name }) => name === field)) return undefined;
  return all.find((one) => one.valueName !== undefined && nameField(one) === field);
}

/**
 * The dimensions whose values' names are asked for.
 * @param text their names with commas between them
 * @param columns the dimensions of the answer's rows
 * @param asked what they are rows of, for the message
 * @throws Problem for one that isn't among them, or whose values have no names
 */
export function namedIn(text: string, columns: readonly Dimension[], asked: string): string[] {
  const allowed = columns.filter(({ valueName }) => valueName !== undefined).map(({ name }) => name);
  return [...new Set(text.split(','))].map((name) => {
    if (allowed.includes(name)) return name;
    const detail =
      allowed.length === 0
        ? `${asked} has no column whose values have names beside them`
        : `${asked} has no names for ${name === '' ? 'nothing' : name}${suggestion(nearest(name, allowed))}`;
    throw invalidParameter('names', detail, allowed);
  });
}

/** The dimensions that a metric's rows have as columns. */
export function dimensionColumns(metric: Metric): Dimension[] {
  const fields = rowFields(metric);
  return dimensionsIn(metric).filter(({ name }) => fields.includes(name));
}

/** Those of them whose values have names. */
export function nameableIn(metric: Metric): Dimension[] {
  return dimensionColumns(metric).filter(({ valueName }) => valueName !== undefined);
}

function dimensionsIn({ dimensions, shape }: Metric): readonly Dimension[] {
  return shape.kind === 'top' ? [...dimensions, ...shape.entry] : dimensions;
}
