import {
  GraphQLBoolean,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLOutputType,
} from 'graphql';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import { describeMetric, type MetricEntry } from '../catalogue/catalogue.ts';
import type { AnnotationEntry } from '../../core/question/annotations.ts';
import type { GraphqlContext } from './context.ts';
import { fieldName } from '../../core/metric/graphql-names.ts';

const text = new GraphQLNonNull(GraphQLString);
const listOf = (type: GraphQLOutputType): GraphQLOutputType =>
  new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)));

const MetricDimension = new GraphQLObjectType<MetricEntry['dimensions'][number]>({
  name: 'MetricDimension',
  description: 'A dimension of a metric.',
  fields: {
    name: { type: text, description: 'Its name in URLs.' },
    argument: { type: text, description: 'The GraphQL argument.', resolve: ({ name }) => fieldName(name) },
    doc: { type: text },
    values: {
      type: new GraphQLList(text),
      description: 'All values, if they are a fixed list.',
    },
    total: { type: GraphQLString, description: 'The total value, which stands for all values together.' },
    allowed: { type: text, description: 'The allowed values, in words.' },
  },
});

const MetricMeasure = new GraphQLObjectType<MetricEntry['measures'][number]>({
  name: 'MetricMeasure',
  description: 'A number that a metric has in each row.',
  fields: {
    name: { type: text, description: 'Its name in the items of REST.' },
    field: { type: text, description: 'The GraphQL field.', resolve: ({ name }) => fieldName(name) },
    doc: { type: text },
    unit: { type: text, description: 'The unit that is counted.' },
    additive: {
      type: new GraphQLNonNull(GraphQLBoolean),
      description: 'Whether sums over time and over the values of a dimension are meaningful.',
    },
  },
});

const MetricCoverage = new GraphQLObjectType({
  name: 'MetricCoverage',
  description: 'The first and last loaded period of a metric in one grain.',
  fields: {
    grain: { type: text },
    from: { type: text },
    to: { type: text },
    scopes: {
      type: new GraphQLNonNull(GraphQLInt),
      description: 'The number of scopes (projects, referers, countries) that have rows.',
    },
  },
});

const AnnotatedDimension = new GraphQLObjectType({
  name: 'AnnotatedDimension',
  description: 'The values of a dimension that a note is about.',
  fields: { dimension: { type: text }, values: { type: listOf(GraphQLString) } },
});

const MetricAnnotation = new GraphQLObjectType<AnnotationEntry>({
  name: 'MetricAnnotation',
  description: 'A dated note on the numbers of a metric, by its owner.',
  fields: {
    from: { type: text, description: 'The first period that it is about: a day, month, year or hour.' },
    to: { type: text, description: 'The last one.' },
    text: { type: text },
    where: {
      type: listOf(AnnotatedDimension),
      description: 'The values that it is about; empty for all.',
      resolve: ({ where = {} }) =>
        Object.entries(where).map(([dimension, values]) => ({ dimension, values })),
    },
  },
});

const Metric = new GraphQLObjectType<MetricEntry>({
  name: 'Metric',
  description: 'A metric of the catalogue.',
  fields: {
    name: { type: text, description: 'Its name in REST and imports.' },
    field: { type: text, description: 'The GraphQL field.', resolve: ({ name }) => fieldName(name) },
    title: { type: text },
    doc: { type: text },
    source: { type: text, description: 'The source of the definition.' },
    annotations: {
      type: listOf(MetricAnnotation),
      description: 'Dated notes on its numbers.',
      resolve: ({ annotations = [] }) => annotations,
    },
    dimensions: { type: listOf(MetricDimension) },
    measures: { type: listOf(MetricMeasure) },
    grains: { type: listOf(GraphQLString), resolve: (entry) => entry.granularities },
    loaded: { type: new GraphQLNonNull(GraphQLBoolean), description: 'Whether it has data.' },
    coverage: {
      type: listOf(MetricCoverage),
      resolve: ({ coverage }) => Object.entries(coverage).map(([grain, loaded]) => ({ grain, ...loaded })),
    },
  },
});

/** Returns the field that lists the metrics, as REST's `/catalogue` does. */
export function metricsField(catalogue: Catalogue): GraphQLFieldConfig<unknown, GraphqlContext> {
  return {
    type: listOf(Metric),
    description: 'All metrics, and the loaded data of each metric.',
    resolve: (_parent, _args, { road, freshness, basis }) => {
      freshness.noteOpen();
      basis.noteOpen();
      return catalogue.metrics.map((metric) =>
        describeMetric(metric, road.watch.stateOf(metric), '', road.budget),
      );
    },
  };
}
