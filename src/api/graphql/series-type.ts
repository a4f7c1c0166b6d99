import { GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString, type GraphQLEnumType } from 'graphql';
import { orGap, PRESENCE, type Series, type SeriesAnswer } from '../../core/question/answer.ts';
import type { Measure } from '../../core/metric/measure.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { nameableIn, withNames } from '../../core/metric/value-names.ts';
import { timeTextOf, type RowStyle } from '../../formats/row-style.ts';
import { timestampsOf } from '../../formats/timestamps.ts';
import { hintField, type Answered } from './answers.ts';
import type { GraphqlContext } from './context.ts';
import { spellFor, type DimensionTypes } from './dimension-types.ts';
import { isCountable } from '../../core/question/live.ts';
import { openField } from './open.ts';
import { fieldName, typeName } from '../../core/metric/graphql-names.ts';
import { NotFoundReasonType, numberType, TimeStyle, timeStyleOf, type TimeArguments } from './scalars.ts';

/** One series with its arguments. */
export interface SeriesSource extends Answered<SeriesAnswer> {
  readonly grain: string;
}

/** One row. Its timestamp is written in the requested style. */
interface Item {
  readonly timestamp: (style: RowStyle) => string;
  readonly numbers: Readonly<Record<string, number | null | undefined>>;
}

const TIME_ARGUMENT = {
  time: { type: TimeStyle, description: 'The style of the timestamp; AQS by default.' },
};

/** Returns the type of a metric's series: its dimensions, and its rows by column and as items. */
export function seriesType(
  metric: Metric,
  grain: GraphQLEnumType,
  dimensions: DimensionTypes,
): GraphQLObjectType<SeriesSource, GraphqlContext> {
  const name = typeName(metric.name);
  const measures = Object.entries(metric.measures);
  spellFor(metric, [
    ...withNames(
      metric.dimensions.map(({ name }) => name),
      nameableIn(metric).map(({ name }) => name),
    ),
    ...Object.keys(metric.measures),
    'grain',
    'timestamps',
    'timestamp',
    'items',
    'reason',
    'hint',
    ...(isCountable(metric) ? ['open'] : []),
  ]);
  const item = new GraphQLObjectType<Item>({
    name: `${name}Item`,
    description: `One row of ${metric.name}.`,
    fields: {
      timestamp: {
        type: new GraphQLNonNull(GraphQLString),
        description: timestampDoc(metric),
        args: TIME_ARGUMENT,
        resolve: ({ timestamp }, args: TimeArguments) => timestamp(timeStyleOf(args)),
      },
      ...Object.fromEntries(
        measures.map(([measure, declared]) => [
          fieldName(measure),
          {
            type: numberType(declared),
            description: `${declared.doc} Null ${whenNull(declared)}.`,
            resolve: ({ numbers }: Item) => numbers[measure],
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
        description: `One per row, the oldest first. ${timestampDoc(metric)}`,
        args: TIME_ARGUMENT,
        resolve: (source, args: TimeArguments) => timestamps(metric, source, timeStyleOf(args)),
      },
      ...Object.fromEntries(
        measures.map(([measure, declared], index) => [
          fieldName(measure),
          {
            type: listOf(numberType(declared)),
            description: `${declared.doc} One number per timestamp; null ${whenNull(declared)}.`,
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
        description: 'Why there are no rows; null if there are some.',
      },
      hint: hintField,
      ...(isCountable(metric) ? { open: openField<SeriesSource>(({ answer }) => answer) } : {}),
    },
  });
}

function whenNull({ gaps }: Measure): string {
  return gaps ? 'in rows that lack it or that `fill` added' : 'only in rows that `fill` added';
}

function listOf<T extends ConstructorParameters<typeof GraphQLList>[0]>(
  type: T,
): GraphQLNonNull<GraphQLList<T>> {
  return new GraphQLNonNull(new GraphQLList(type));
}

function timestampDoc(metric: Metric): string {
  return `The start of the period in UTC, ${metric.timestamp === 'ISO' ? 'ISO 8601' : metric.timestamp}.`;
}

/** Returns the series of a field, which asks for only one. */
function seriesOf(source: SeriesSource): Series | undefined {
  return source.answer?.series[0];
}

/** Returns the indexes of the rows in a series' arrays. */
function places(series: Series): number[] {
  const found: number[] = [];
  series.presence.forEach((there, i) => {
    if (there !== PRESENCE.absent) found.push(i);
  });
  return found;
}

function timestamps(metric: Metric, source: SeriesSource, style: RowStyle): string[] {
  const series = seriesOf(source);
  if (!series || !source.answer) return [];
  const timestamp = timestampsOf(timeTextOf(metric, style), source.answer.grain);
  return places(series).map((i) => timestamp(series.first + i));
}

function column(source: SeriesSource, measure: number): (number | null)[] {
  const series = seriesOf(source);
  if (!series) return [];
  const numbers = series.measures[measure] as Float64Array;
  return places(series).map((i) => (series.presence[i] === PRESENCE.nulls ? null : orGap(numbers[i])));
}

function items(metric: Metric, source: SeriesSource): Item[] {
  const series = seriesOf(source);
  const grain = source.answer?.grain;
  if (!series || !grain) return [];
  const columns = Object.keys(metric.measures).map((name, i) => [name, column(source, i)] as const);
  return places(series).map((place, i) => ({
    timestamp: (style) => timestampsOf(timeTextOf(metric, style), grain)(series.first + place),
    numbers: Object.fromEntries(columns.map(([name, numbers]) => [name, numbers[i]])),
  }));
}
