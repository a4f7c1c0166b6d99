import { GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString, type GraphQLEnumType } from 'graphql';
import { orGap, PRESENCE, type Series, type SeriesAnswer } from '../../core/answer.ts';
import type { Metric } from '../../core/metric.ts';
import { timestampsOf } from '../../formats/timestamps.ts';
import type { Answered } from './answers.ts';
import type { GraphqlContext } from './context.ts';
import { spellFor, type DimensionTypes } from './dimension-types.ts';
import { fieldName, typeName } from './names.ts';
import { NotFoundReasonType, numberType } from './scalars.ts';

/** One series with what was asked for it. */
export interface SeriesSource extends Answered<SeriesAnswer> {
  readonly grain: string;
}

type Item = Readonly<Record<string, unknown>>;

/** The type of a metric's series: what it is of, and its rows by column and as items. */
export function seriesType(
  metric: Metric,
  grain: GraphQLEnumType,
  dimensions: DimensionTypes,
): GraphQLObjectType<SeriesSource, GraphqlContext> {
  const name = typeName(metric.name);
  const measures = Object.entries(metric.measures);
  spellFor(metric, [
    ...metric.dimensions.map((dimension) => dimension.name),
    ...Object.keys(metric.measures),
    'grain',
    'timestamps',
    'timestamp',
    'items',
    'reason',
  ]);
  const item = new GraphQLObjectType<Item>({
    name: `${name}Item`,
    description: `One row of ${metric.name}.`,
    fields: {
      timestamp: { type: new GraphQLNonNull(GraphQLString), description: timestampDoc(metric) },
      ...Object.fromEntries(
        measures.map(([measure, declared]) => [
          fieldName(measure),
          {
            type: numberType(declared),
            description: `${declared.doc} Null only where \`fill\` made the row.`,
          },
        ]),
      ),
    },
  });
  return new GraphQLObjectType<SeriesSource, GraphqlContext>({
    name,
    description: `${metric.title}. ${metric.doc}`,
    fields: {
      ...dimensions.fieldsOf(metric),
      grain: { type: new GraphQLNonNull(grain), description: 'The unit of time of the rows.' },
      timestamps: {
        type: listOf(new GraphQLNonNull(GraphQLString)),
        description: `One a row, oldest first. ${timestampDoc(metric)}`,
        resolve: (source) => timestamps(metric, source),
      },
      ...Object.fromEntries(
        measures.map(([measure, declared], index) => [
          fieldName(measure),
          {
            type: listOf(numberType(declared)),
            description: `${declared.doc} One a timestamp; null only where \`fill\` made the row.`,
            resolve: (source: SeriesSource) => column(source, index),
          },
        ]),
      ),
      items: {
        type: listOf(new GraphQLNonNull(item)),
        description: 'The same rows, one object each.',
        resolve: (source) => items(metric, source),
      },
      reason: {
        type: NotFoundReasonType,
        description: 'Why there are no rows; null where there are some.',
      },
    },
  });
}

function listOf<T extends ConstructorParameters<typeof GraphQLList>[0]>(
  type: T,
): GraphQLNonNull<GraphQLList<T>> {
  return new GraphQLNonNull(new GraphQLList(type));
}

function timestampDoc(metric: Metric): string {
  return `The start of the period in UTC, ${metric.timestamp === 'ISO' ? 'ISO 8601' : metric.timestamp}.`;
}

/** One field asks for one series. */
function seriesOf(source: SeriesSource): Series | undefined {
  return source.answer?.series[0];
}

/** The places of the rows in a series' arrays. */
function places(series: Series): number[] {
  const found: number[] = [];
  series.presence.forEach((there, i) => {
    if (there !== PRESENCE.absent) found.push(i);
  });
  return found;
}

function timestamps(metric: Metric, source: SeriesSource): string[] {
  const series = seriesOf(source);
  if (!series || !source.answer) return [];
  const timestamp = timestampsOf(metric.timestamp, source.answer.grain);
  return places(series).map((i) => timestamp(series.first + i));
}

function column(source: SeriesSource, measure: number): (number | null)[] {
  const series = seriesOf(source);
  if (!series) return [];
  const numbers = series.measures[measure] as Float64Array;
  return places(series).map((i) => (series.presence[i] === PRESENCE.nulls ? null : orGap(numbers[i])));
}

function items(metric: Metric, source: SeriesSource): Item[] {
  const columns = Object.keys(metric.measures).map(
    (name, i) => [fieldName(name), column(source, i)] as const,
  );
  return timestamps(metric, source).map((timestamp, i) => {
    const item: Record<string, unknown> = { timestamp };
    for (const [name, numbers] of columns) item[name] = numbers[i];
    return item;
  });
}
