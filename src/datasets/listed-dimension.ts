import { countryName } from '../core/metric/country-names.ts';
import { closed, type Dimension, text } from '../core/metric/dimension.ts';
import type { DimensionText } from './texts.ts';

/** Returns the dimension that a data set declares. */
export function dimensionOf(dataset: string, declared: DimensionText): Dimension {
  const { name, total, values, names } = declared;
  return listedDimension(
    text(name, declared.description ?? `The ${name.replaceAll(/[-_]/g, ' ')}.`, {
      example: total ?? values?.[0] ?? name,
      allowed: 'a text as the data has it',
      // Paths list values separated by a pipe.
      refuse: (value) =>
        value.includes('|') ? 'it contains a |, which separates values in paths.' : undefined,
      ...(total === undefined ? {} : { total }),
      ...(names === 'country' ? { valueName: countryName } : {}),
    }),
    values,
    dataset,
  );
}

/** The form of names that GraphQL can spell. */
const PLAIN = /^[A-Za-z][A-Za-z0-9 ._()+/&-]*$/;

/**
 * Restricts a dimension to these values. If GraphQL can spell all of them, they become an enum in GraphQL.
 */
export function listedDimension(
  dimension: Dimension,
  values: readonly string[] | undefined,
  dataset: string,
): Dimension {
  const [first, ...others] = values ?? [];
  if (first === undefined) return dimension;
  const all = [first, ...others] as const;
  const spelt = new Set(all.map((value) => value.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase()));
  // The values of a closed list were checked before.
  const isPlain =
    dimension.values !== undefined || (all.every((value) => PLAIN.test(value)) && spelt.size === all.length);
  const total = dimension.total !== undefined && all.includes(dimension.total) ? dimension.total : undefined;
  const list = closed(dimension.name, dimension.doc, [first, ...others], {
    kind: `${dataset}-${dimension.name}`,
    ...(total === undefined ? {} : { total }),
  });
  const { values: _, kind, ...unlisted } = list;
  const { normalise, withheld, subtotals, valueName } = dimension;
  return {
    ...(isPlain ? { ...unlisted, kind, values: all } : unlisted),
    normalise,
    ...(withheld ? { withheld } : {}),
    ...(subtotals ? { subtotals } : {}),
    ...(valueName ? { valueName } : {}),
  };
}
