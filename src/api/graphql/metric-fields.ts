import {
  GraphQLInt,
  GraphQLNonNull,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldConfigMap,
  type GraphQLObjectType,
} from 'graphql';
import type { SeriesAnswer, TopAnswer } from '../../core/question/answer.ts';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import { openDimensions, type Metric, type TopShape } from '../../core/metric/metric.ts';
import { isCountable } from '../../core/question/live.ts';
import { afterwards } from '../../core/at-once.ts';
import { answerTo } from './answers.ts';
import type { GraphqlContext } from './context.ts';
import { grainEnumOf, spellFor, type DimensionTypes } from './dimension-types.ts';
import { meaning } from './meaning.ts';
import { LIVE_ARGUMENT } from './open.ts';
import { fieldName } from '../../core/metric/graphql-names.ts';
import { firstOf, topDatesOf, type Arguments } from './question.ts';
import { AS_OF_DOC, Fill } from './scalars.ts';
import { seriesType, type SeriesSource } from './series-type.ts';
import { topType, type Scope, type TopSource } from './top-type.ts';

type MetricField = GraphQLFieldConfig<Scope, GraphqlContext>;

const FILL_ARGUMENT = { type: Fill, description: 'Adds rows for periods without data.' };
const AS_OF_ARGUMENT = { type: GraphQLString, description: AS_OF_DOC };
const START_ARGUMENT = {
  type: new GraphQLNonNull(GraphQLString),
  description:
    'The first period: `2024-03-01`, `20240301`, with an hour `2024-03-01T05`, a time before now such as `-30d` (h, d, w, m, y), or `latest`.',
};

const AFTER_START = `${START_ARGUMENT.description} The period that begins at the start is not included, unless the start is \`latest\`.`;

/** The fields of a catalogue's metrics, for all places in the schema. */
export class MetricFields {
  readonly #catalogue: Catalogue;
  readonly #dimensions: DimensionTypes;
  /** The field of each metric, without the arguments of its dimensions. */
  readonly #fields = new Map<string, MetricField & { args: GraphQLFieldConfigArgumentMap }>();

  constructor(catalogue: Catalogue, dimensions: DimensionTypes) {
    this.#catalogue = catalogue;
    this.#dimensions = dimensions;
    for (const metric of catalogue.metrics) {
      const { shape } = metric;
      this.#fields.set(
        metric.name,
        shape.kind === 'top' ? this.#topField(metric, shape) : this.#seriesField(metric),
      );
    }
  }

  /** Returns the fields of the metrics that have all of these dimensions. The parent settles their values. */
  nested(settled: readonly string[]): GraphQLFieldConfigMap<Scope, GraphqlContext> {
    const metrics = this.#catalogue.metrics.filter((metric) =>
      settled.every((name) => openDimensions(metric).some((dimension) => dimension.name === name)),
    );
    return Object.fromEntries(
      metrics.map((metric): [string, MetricField] => {
        const field = this.#fields.get(metric.name) as MetricField;
        const args: GraphQLFieldConfigArgumentMap = {};
        for (const dimension of openDimensions(metric)) {
          if (!settled.includes(dimension.name))
            args[fieldName(dimension.name)] = this.#dimensions.argumentOf(dimension);
        }
        return [fieldName(metric.name), { ...field, args: { ...args, ...field.args } }];
      }),
    );
  }

  #seriesField(metric: Metric): MetricField & { args: GraphQLFieldConfigArgumentMap } {
    const { type: grain, byDefault } = grainEnumOf(metric);
    const type: GraphQLObjectType<SeriesSource, GraphqlContext> = seriesType(metric, grain, this.#dimensions);
    const args = {
      grain: {
        type: new GraphQLNonNull(grain),
        defaultValue: byDefault,
        description: 'The unit of time of the rows.',
      },
      start: metric.range.start ? { ...START_ARGUMENT, description: AFTER_START } : START_ARGUMENT,
      end: {
        type: new GraphQLNonNull(GraphQLString),
        defaultValue: 'latest',
        description: `The end, in the spelling of the start. The period that it names is ${metric.range.end === 'inclusive' ? 'included' : 'not included, unless it is `latest`'}.`,
      },
      fill: FILL_ARGUMENT,
      asOf: AS_OF_ARGUMENT,
      ...(isCountable(metric) ? { live: LIVE_ARGUMENT } : {}),
    };
    return {
      type,
      description: metric.doc,
      args: this.#checked(metric, args),
      extensions: meaning({ kind: 'metric', metric }),
      resolve: (parent, args: Arguments, context, info): SeriesSource | Promise<SeriesSource> =>
        afterwards(answerTo<SeriesAnswer>(metric, parent.known, args, context, info), (answered) => ({
          ...answered,
          grain: args.grain as string,
        })),
    };
  }

  #topField(metric: Metric, shape: TopShape): MetricField & { args: GraphQLFieldConfigArgumentMap } {
    const args = {
      date: {
        type: new GraphQLNonNull(GraphQLString),
        description: `Date of the list: ${topDatesOf(metric)}.`,
      },
      first: {
        type: new GraphQLNonNull(GraphQLInt),
        defaultValue: shape.limit,
        description: 'The maximum number of entries, from the best.',
      },
      asOf: AS_OF_ARGUMENT,
      ...(isCountable(metric) ? { live: LIVE_ARGUMENT } : {}),
    };
    return {
      type: topType(metric, shape, this.#dimensions, (settled) => this.nested(settled)),
      description: metric.doc,
      args: this.#checked(metric, args),
      extensions: meaning({ kind: 'metric', metric }),
      resolve: (parent, args: Arguments, context, info): TopSource | Promise<TopSource> =>
        afterwards(answerTo<TopAnswer>(metric, parent.known, args, context, info), (answered) => ({
          ...answered,
          date: args.date as string,
          first: firstOf(metric, args),
        })),
    };
  }

  /** Returns the arguments. @throws CatalogueError if a dimension has the name of an argument that every metric has */
  #checked(metric: Metric, args: GraphQLFieldConfigArgumentMap): GraphQLFieldConfigArgumentMap {
    spellFor(metric, [...metric.dimensions.map((dimension) => dimension.name), ...Object.keys(args)]);
    return args;
  }
}
