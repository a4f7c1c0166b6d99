import {
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  lexicographicSortSchema,
  printSchema,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldConfigMap,
} from 'graphql';
import { CatalogueError, type Catalogue } from '../../core/metric/catalogue.ts';
import type { Dimension } from '../../core/metric/dimension.ts';
import { metricsField } from './catalogue-type.ts';
import type { GraphqlContext } from './context.ts';
import { nameField } from '../../core/metric/value-names.ts';
import { describe, DimensionTypes, namesOf } from './dimension-types.ts';
import { ENTITIES, type Entity } from './entities.ts';
import { meaning } from './meaning.ts';
import { MetricFields } from './metric-fields.ts';
import { fieldName } from '../../core/metric/graphql-names.ts';
import type { Arguments, Known } from './question.ts';
import { queryField } from './query-type.ts';
import type { Scope } from './top-type.ts';
import { named as recordOf } from '../../core/value/named.ts';

type Fields = GraphQLFieldConfigMap<Scope, GraphqlContext>;

/**
 * Returns the GraphQL schema of a catalogue: a field for each metric, and the entities that contain metrics.
 * @throws CatalogueError if two names of a metric have the same GraphQL spelling
 */
export function schemaFor(catalogue: Catalogue): GraphQLSchema {
  const metricFields = new MetricFields(catalogue, new DimensionTypes(catalogue));
  const entities = ENTITIES.map((entity): Fields => {
    const metrics = metricFields.nested(entity.dimensions);
    return Object.keys(metrics).length > 0
      ? entityFields(entity, dimensionsOf(entity, catalogue), metrics)
      : {};
  });
  const own: Fields = { metrics: metricsField(catalogue), query: queryField() };
  const taken = new Set([own, ...entities].flatMap((fields) => Object.keys(fields)));
  for (const { name } of catalogue.metrics)
    if (taken.has(fieldName(name)))
      throw new CatalogueError(name, `GraphQL has another field ${fieldName(name)}.`);
  const fields = Object.assign(own, metricFields.nested([]), ...entities) as Fields;
  const query = new GraphQLObjectType<Scope, GraphqlContext>({
    name: 'Query',
    description:
      'Every metric is a field here. It is also a field of the entities that it describes. One request is read at once, and repeated fields are read only once.',
    fields,
  });
  const subscription = new GraphQLObjectType<Scope, GraphqlContext>({
    name: 'Subscription',
    description:
      'The fields of `Query`. The answer comes at once, and again as a whole whenever it has changed. Several metrics are followed as fields of one entity, since a subscription has one field.',
    fields,
  });
  return new GraphQLSchema({ query, subscription });
}

/** Returns the schema as SDL, sorted, so that it only depends on the catalogue. */
export function printSdl(catalogue: Catalogue): string {
  return `${printSchema(lexicographicSortSchema(schemaFor(catalogue)))}\n`;
}

function dimensionsOf(entity: Entity, catalogue: Catalogue): Dimension[] {
  const all = catalogue.metrics.flatMap((metric) => metric.dimensions);
  return entity.dimensions.map((name) => all.find((dimension) => dimension.name === name) as Dimension);
}

/** Returns an entity's two fields: for one entity, and for a list of several that differ in their last dimension. */
function entityFields(entity: Entity, dimensions: readonly Dimension[], metrics: Fields): Fields {
  const last = dimensions.at(-1) as Dimension;
  const [one, many] = entity.called;
  const called = (dimension: Dimension): string => (dimension === last ? one : fieldName(dimension.name));
  const type = new GraphQLObjectType<Scope, GraphqlContext>({
    name: entity.name,
    description: entity.doc,
    fields: () => ({
      ...metrics,
      ...Object.fromEntries(
        dimensions.flatMap((dimension): [string, GraphQLFieldConfig<Scope, GraphqlContext>][] => [
          [
            called(dimension),
            {
              type: new GraphQLNonNull(GraphQLString),
              description: describe(dimension),
              resolve: ({ known }) => known[dimension.name],
            },
          ],
          ...namesOf(dimension, dimension === last ? 'name' : nameField(dimension)),
        ]),
      ),
    }),
  });
  const text = new GraphQLNonNull(GraphQLString);
  const args: GraphQLFieldConfigArgumentMap = Object.fromEntries(
    dimensions.map((dimension) => [called(dimension), { type: text, description: describe(dimension) }]),
  );
  const { [one]: _, ...shared } = args;
  const named = (values: Arguments, lasts: readonly unknown[]): Known[] =>
    lasts.map((value) =>
      recordOf(
        dimensions.map((dimension): [string, string] => [
          dimension.name,
          dimension.normalise((dimension === last ? value : values[called(dimension)]) as string),
        ]),
      ),
    );
  const single = (values: Arguments): Known[] => named(values, [values[one]]);
  const several = (values: Arguments): Known[] => named(values, values[many] as readonly string[]);
  const listArgument = {
    type: new GraphQLNonNull(new GraphQLList(text)),
    description: `Several values; the answer has the same order. ${describe(last)}`,
  };
  const fields: Record<string, GraphQLFieldConfig<Scope, GraphqlContext>> = {
    [fieldName(entity.name.toLowerCase())]: {
      type: new GraphQLNonNull(type),
      description: entity.doc,
      args,
      extensions: meaning({ kind: 'entities', named: single }),
      resolve: (_parent, values: Arguments) => ({ known: single(values)[0] }),
    },
    [entity.plural]: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type))),
      description: `Several at once. ${entity.doc}`,
      args: { ...shared, [many]: listArgument },
      extensions: meaning({ kind: 'entities', named: several }),
      resolve: (_parent, values: Arguments) => several(values).map((known) => ({ known })),
    },
  };
  return fields;
}
