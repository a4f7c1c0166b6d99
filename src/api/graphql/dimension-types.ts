import {
  GraphQLEnumType,
  GraphQLNonNull,
  GraphQLString,
  type GraphQLArgumentConfig,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
} from 'graphql';
import { CatalogueError, type Catalogue } from '../../core/metric/catalogue.ts';
import type { Dimension } from '../../core/metric/dimension.ts';
import { GRAINS, type Grain } from '../../core/time/time.ts';
import { nameField, valueNameOf } from '../../core/metric/value-names.ts';
import type { Metric } from '../../core/metric/metric.ts';
import type { GraphqlContext } from './context.ts';
import { enumName, fieldName, spellAll, typeName } from '../../core/metric/graphql-names.ts';
import type { Known } from './question.ts';

/**
 * The types of a catalogue's dimensions. A dimension with a fixed list of values has an enum, which all
 * metrics with the same list share.
 */
export class DimensionTypes {
  readonly #enums = new Map<string, GraphQLEnumType>();

  constructor(catalogue: Catalogue) {
    const names = new Set<string>();
    for (const metric of catalogue.metrics) {
      for (const dimension of metric.dimensions) {
        const key = keyOf(dimension);
        if (!dimension.values || this.#enums.has(key)) continue;
        const name = typeName(dimension.kind ?? dimension.name);
        if (names.has(name))
          throw new CatalogueError(
            metric.name,
            `the dimension ${dimension.name} has other values than in another metric: give it a kind.`,
          );
        names.add(name);
        this.#enums.set(key, enumOf(metric, name, dimension, dimension.values));
      }
    }
  }

  typeOf(dimension: Dimension): GraphQLEnumType | typeof GraphQLString {
    return this.#enums.get(keyOf(dimension)) ?? GraphQLString;
  }

  /** Returns the fields of a metric's dimensions. Their values come from the parent and the arguments. */
  fieldsOf(metric: Metric): GraphQLFieldConfigMap<{ readonly known: Known }, GraphqlContext> {
    return Object.fromEntries(
      metric.dimensions.flatMap((dimension): [string, KnownField][] => [
        [
          fieldName(dimension.name),
          {
            type: new GraphQLNonNull(this.typeOf(dimension)),
            description: describe(dimension),
            resolve: ({ known }) => known[dimension.name],
          },
        ],
        ...namesOf(dimension, nameField(dimension)),
      ]),
    );
  }

  /** Returns the argument of a dimension. It is required, unless the dimension has a fixed list with a total, which is then the default. */
  argumentOf(dimension: Dimension): GraphQLArgumentConfig {
    const byDefault = dimension.values ? dimension.total : undefined;
    return {
      type: new GraphQLNonNull(this.typeOf(dimension)),
      description: describe(dimension),
      ...(byDefault === undefined ? {} : { defaultValue: byDefault }),
    };
  }
}

type KnownField = GraphQLFieldConfig<{ readonly known: Known }, GraphqlContext>;

/** Returns the field for the name of a dimension's value; none if its values have no names. */
export function namesOf(dimension: Dimension, name: string): [string, KnownField][] {
  if (dimension.valueName === undefined) return [];
  const resolve: KnownField['resolve'] = ({ known }) =>
    valueNameOf(dimension, known[dimension.name] as string);
  return [[fieldName(name), { type: GraphQLString, description: nameDoc(dimension), resolve }]];
}

export function nameDoc({ name }: Dimension): string {
  return `The English name of the ${name}; null if it isn't known.`;
}

/** Describes a dimension, with an example if it has no fixed values. */
export function describe(dimension: Dimension): string {
  return dimension.values ? dimension.doc : `${dimension.doc} For example \`${dimension.example}\`.`;
}

function keyOf(dimension: Dimension): string {
  return `${dimension.name}\0${(dimension.values ?? []).join('\0')}`;
}

function enumOf(
  metric: Metric,
  name: string,
  dimension: Dimension,
  values: readonly string[],
): GraphQLEnumType {
  const spelt = spellFor(metric, values, enumName);
  return new GraphQLEnumType({
    name,
    description: dimension.doc,
    values: Object.fromEntries([...spelt].map(([spelling, value]) => [spelling, { value }])),
  });
}

/** Returns the enum of a metric's grains, and the default grain. */
export function grainEnumOf(metric: Metric): { type: GraphQLEnumType; byDefault: Grain } {
  const grains = GRAINS.filter((grain) => metric.grains[grain]);
  const byDefault = grains.includes('daily') ? 'daily' : (grains[0] as Grain);
  const type = new GraphQLEnumType({
    name: `${typeName(metric.name)}Grain`,
    description: `The units of time of ${metric.name}.`,
    values: Object.fromEntries(grains.map((grain) => [enumName(grain), { value: grain }])),
  });
  return { type, byDefault };
}

/** Returns the GraphQL spellings of a metric's names. @throws CatalogueError if two names have the same spelling */
export function spellFor(
  metric: Metric,
  texts: Iterable<string>,
  spell: (text: string) => string = fieldName,
): Map<string, string> {
  try {
    return spellAll(texts, spell);
  } catch (error) {
    throw new CatalogueError(metric.name, (error as Error).message);
  }
}
