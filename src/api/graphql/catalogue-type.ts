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
import type { GraphqlContext } from './context.ts';
import { fieldName } from '../../core/metric/graphql-names.ts';

const text = new GraphQLNonNull(GraphQLString);
const listOf = (type: GraphQLOutputType): GraphQLOutputType =>
  new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)));

const MetricDimension = new GraphQLObjectType<MetricEntry['dimensions'][number]>({
  name: 'MetricDimension',
  description: 'What the rows of a metric are about.',
  fields: {
    name: { type: text, description: 'As in URLs.' },
    argument: { type: text, description: 'As an argument here.', resolve: ({ name }) => fieldName(name) },
    doc: { type: text },
    values: {
      type: new GraphQLList(text),
      description: 'The values that exist, where they are a closed list.',
    },
    total: { type: GraphQLString, description: 'The value that stands for all others together.' },
    allowed: { type: text, description: 'What it takes, for people.' },
  },
});

const MetricMeasure = new GraphQLObjectType<MetricEntry['measures'][number]>({
  name: 'MetricMeasure',
  description: 'A number that a metric gives for each of its rows.',
  fields: {
    name: { type: text, description: 'As in the items of REST.' },
    field: { type: text, description: 'As a field here.', resolve: ({ name }) => fieldName(name) },
    doc: { type: text },
    unit: { type: text, description: 'What is counted.' },
    additive: {
      type: new GraphQLNonNull(GraphQLBoolean),
      description: 'Whether sums over time and over the values of a dimension mean something.',
    },
  },
});

const MetricCoverage = new GraphQLObjectType({
  name: 'MetricCoverage',
  description: 'What is loaded of a metric in one grain, from the first period to the last.',
  fields: {
    grain: { type: text },
    from: { type: text },
    to: { type: text },
    scopes: {
      type: new GraphQLNonNull(GraphQLInt),
      description: 'How many scopes (projects, referers, countries) have rows.',
    },
  },
});

const Metric = new GraphQLObjectType<MetricEntry>({
  name: 'Metric',
  description: 'A metric of the catalogue.',
  fields: {
    name: { type: text, description: 'As in REST and imports.' },
    field: { type: text, description: 'As a field here.', resolve: ({ name }) => fieldName(name) },
    title: { type: text },
    doc: { type: text },
    source: { type: text, description: 'Where the definition comes from.' },
    dimensions: { type: listOf(MetricDimension) },
    measures: { type: listOf(MetricMeasure) },
    grains: { type: listOf(GraphQLString), resolve: (entry) => entry.granularities },
    loaded: { type: new GraphQLNonNull(GraphQLBoolean), description: 'Whether anything is.' },
    coverage: {
      type: listOf(MetricCoverage),
      resolve: ({ coverage }) => Object.entries(coverage).map(([grain, loaded]) => ({ grain, ...loaded })),
    },
  },
});

/** The field that lists the metrics, as REST's /catalogue does. */
export function metricsField(catalogue: Catalogue): GraphQLFieldConfig<unknown, GraphqlContext> {
  return {
    type: listOf(Metric),
    description: 'Every metric that is served, with what is loaded of it.',
    resolve: (_parent, _args, { road, freshness }) => {
      freshness.noteOpen();
      return catalogue.metrics.map((metric) =>
        describeMetric(metric, road.watch.stateOf(metric), '', road.budget),
      );
    },
  };
}
