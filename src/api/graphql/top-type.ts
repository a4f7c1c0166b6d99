import {
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  type GraphQLOutputType,
} from 'graphql';
import type { RankedList, TopAnswer } from '../../core/question/answer.ts';
import type { Metric, TopShape } from '../../core/metric/metric.ts';
import { entryField } from '../../formats/top-fields.ts';
import { hintField, type Answered } from './answers.ts';
import type { GraphqlContext } from './context.ts';
import { nameField, namedBy } from '../../core/metric/value-names.ts';
import { describe, nameDoc, spellFor, type DimensionTypes } from './dimension-types.ts';
import { entityOfEntry } from './entities.ts';
import { isCountable } from '../../core/question/live.ts';
import { openField } from './open.ts';
import { meaning } from './meaning.ts';
import { typeName } from '../../core/metric/graphql-names.ts';
import type { Known } from './question.ts';
import { NotFoundReasonType, numberType } from './scalars.ts';
import { named } from '../../core/value/named.ts';

/** The parent of metrics' fields: it settles the values of some dimensions. */
export interface Scope {
  readonly known: Known;
}

/** One list with its arguments. */
export interface TopSource extends Answered<TopAnswer> {
  readonly date: string;
  readonly first: number;
}

interface EntrySource extends Scope {
  readonly metric: Metric;
  readonly list: RankedList;
  readonly index: number;
}

type EntryFields = GraphQLFieldConfigMap<EntrySource, GraphqlContext>;

/**
 * Returns the type of a metric's ranked lists.
 * @param nested returns the fields of the metrics that have all of these dimensions; the parent settles their values
 */
export function topType(
  metric: Metric,
  shape: TopShape,
  dimensions: DimensionTypes,
  nested: (settled: readonly string[]) => GraphQLFieldConfigMap<Scope, GraphqlContext>,
): GraphQLObjectType<TopSource, GraphqlContext> {
  const name = typeName(metric.name);
  const ofList = metric.dimensions.map((dimension) => dimension.name);
  const ranked = shape.entry.map((dimension) => dimension.name);
  spellFor(metric, [
    ...ofList,
    'date',
    'entries',
    'reason',
    'hint',
    ...(isCountable(metric) ? ['open'] : []),
  ]);
  const entity = entityOfEntry(ranked, ofList);
  const settled = entity?.dimensions ?? [];
  const entry = new GraphQLObjectType<EntrySource, GraphqlContext>({
    name: `${name}Entry`,
    description: `One entry of ${metric.name}${entity ? `, with the metrics of its ${entity.name}` : ''}.`,
    fields: () => ({
      ...(entity ? nested(settled) : {}),
      ...entryFields(metric, shape, dimensions, settled),
    }),
  });
  return new GraphQLObjectType<TopSource, GraphqlContext>({
    name,
    description: `${metric.title}. ${metric.doc}`,
    fields: {
      ...dimensions.fieldsOf(metric),
      date: { type: new GraphQLNonNull(GraphQLString), description: 'The day or month of the list.' },
      entries: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(entry))),
        description: 'The entries, best first.',
        extensions: meaning({ kind: 'rows', known: settled }),
        resolve: (source) => entries(metric, shape, settled, source),
      },
      reason: { type: NotFoundReasonType, description: 'Why there is no list; null if there is one.' },
      hint: hintField,
      ...(isCountable(metric) ? { open: openField<TopSource>(({ answer }) => answer) } : {}),
    },
  });
}

/**
 * Returns the fields of an entry: the fields of the metric, and the dimensions that make the entry an entity.
 */
function entryFields(
  metric: Metric,
  shape: TopShape,
  dimensions: DimensionTypes,
  settled: readonly string[],
): EntryFields {
  const own = settled.filter((name) => !shape.fields.includes(name));
  const named = shape.entry.filter(({ valueName }) => valueName !== undefined).map(nameField);
  const spelt = spellFor(metric, [...own, ...shape.fields, ...named]);
  return Object.fromEntries(
    [...spelt].map(([spelling, field]): [string, GraphQLFieldConfig<EntrySource, GraphqlContext>] => {
      const { type, description } = entryFieldType(metric, shape, dimensions, field);
      const resolve = own.includes(field)
        ? (source: EntrySource) => source.known[field]
        : (source: EntrySource) => entryField(metric, source.list.entries, field)(source.index);
      const nullable = named.includes(field) || shape.entry.some((one) => one.name === field && one.nullable);
      return [spelling, { type: nullable ? type : new GraphQLNonNull(type), description, resolve }];
    }),
  );
}

function entryFieldType(
  metric: Metric,
  shape: TopShape,
  dimensions: DimensionTypes,
  field: string,
): { type: GraphQLOutputType; description: string } {
  if (field === 'rank') return { type: GraphQLInt, description: 'The rank in the list, from 1.' };
  const dimension = [...shape.entry, ...metric.dimensions].find((one) => one.name === field);
  if (dimension) return { type: dimensions.typeOf(dimension), description: describe(dimension) };
  const named = namedBy(metric, field);
  if (named) return { type: GraphQLString, description: nameDoc(named) };
  const measure = metric.measures[field];
  if (measure) return { type: numberType(measure), description: measure.doc };
  return { type: GraphQLString, description: 'The bucket that contains the number: `1000-9999`.' };
}

function entries(
  metric: Metric,
  shape: TopShape,
  settled: readonly string[],
  { answer, first, known }: TopSource,
): EntrySource[] {
  const list = answer?.lists[0];
  if (!list) return [];
  const length = Math.min(first, list.entries.length);
  return Array.from({ length }, (_, index) => ({
    metric,
    list,
    index,
    known: named(
      settled.map((name): [string, string] => {
        const place = shape.entry.findIndex((dimension) => dimension.name === name);
        const ranked = list.entries.dimensions[place]?.[index];
        return [name, ranked ?? (known[name] as string)];
      }),
    ),
  }));
}
