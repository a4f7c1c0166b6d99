import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
} from 'graphql';
import { nameOf } from '../../core/metric/dimension.ts';
import { invalidParameter } from '../../core/problem.ts';
import { changeOf, type QueryAnswer, type QueryRow } from '../../core/question/query-answer.ts';
import { askedBy } from '../../core/question/conditions.ts';
import { DEFAULT_ROWS } from '../../core/question/query.ts';
import type { RowsQuestion } from '../../core/question/question.ts';
import { valueNameOf } from '../../core/metric/value-names.ts';
import { LISTED_ONLY, NO_ROWS_DOC } from '../../formats/query.ts';
import { timestampsOf } from '../../formats/timestamps.ts';
import type { Road } from '../../read/road.ts';
import type { GraphqlContext } from './context.ts';
import { meaning } from './meaning.ts';
import type { Arguments } from './question.ts';
import { Count, Fill, HINT_DOC, NotFoundReasonType, TimeStyle, type TimeArguments } from './scalars.ts';
import type { Scope } from './top-type.ts';

const text = new GraphQLNonNull(GraphQLString);
const texts = new GraphQLList(text);
const flag = { type: GraphQLBoolean, defaultValue: false };

const Direction = new GraphQLEnumType({
  name: 'QueryDirection',
  description: 'Which rows come first.',
  values: {
    ASC: { value: 'asc', description: 'The least.' },
    DESC: { value: 'desc', description: 'The greatest.' },
  },
});

const Where = new GraphQLInputObjectType({
  name: 'QueryWhere',
  description: 'What a dimension has to be: one of `values`, or what begins with `prefix`, or none of `not`.',
  fields: {
    dimension: { type: text, description: 'Its name as in REST: `editor-type`.' },
    values: { type: texts },
    prefix: { type: GraphQLString },
    not: { type: texts },
  },
});

const Order = new GraphQLInputObjectType({
  name: 'QueryOrder',
  description: 'A dimension of `by`, a measure, or `timestamp`.',
  fields: { by: { type: text }, direction: { type: Direction, defaultValue: 'asc' } },
});

const QueryInput = new GraphQLInputObjectType({
  name: 'QueryInput',
  description: 'A question in the one language, as /query takes it.',
  fields: {
    metric: { type: text, description: "A metric's name, as in the catalogue." },
    where: { type: new GraphQLList(new GraphQLNonNull(Where)) },
    by: { type: texts, description: 'The dimensions that tell rows apart.' },
    grain: {
      type: GraphQLString,
      description:
        'A text, since each metric has an enum of its own: `"daily"`, `"monthly"`, …; without it a row is over the whole range.',
    },
    range: { type: text, description: 'Both ends included: `2024-01..2024-03`, `2024`, `-30d`, `latest`.' },
    measures: { type: texts, description: 'All unless given.' },
    order: { type: new GraphQLList(new GraphQLNonNull(Order)) },
    limit: { type: GraphQLInt, defaultValue: DEFAULT_ROWS, description: 'The rows of a page.' },
    cursor: { type: GraphQLString, description: 'Where the page begins: the cursor of the one before.' },
    total: { ...flag, description: 'Also a row over everything.' },
    compare: { type: GraphQLString, description: '`previous`, or an earlier range of the same length.' },
    fill: { type: Fill, description: 'What to make of periods without a row.' },
    dryRun: { ...flag, description: 'Plan it, and read nothing.' },
  },
});

/** The question that an input is. @throws Problem */
function questionOf({ input }: Arguments, road: Road): RowsQuestion {
  const { where, ...rest } = input as Record<string, unknown>;
  const conditions = ((where ?? []) as Condition[]).map(withoutNulls);
  const names = conditions.map(({ dimension }) => dimension);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw invalidParameter(`where.${twice}`, `${twice} is given twice.`);
  return road.question({
    ...rest,
    where: Object.fromEntries(
      conditions.map(({ dimension, values, ...condition }) => [
        dimension,
        values === undefined || Object.keys(condition).length > 0
          ? { ...condition, ...(values ? { values } : {}) }
          : values,
      ]),
    ),
  });
}

interface Condition {
  readonly dimension: string;
  readonly values?: readonly string[] | null;
  readonly prefix?: string | null;
  readonly not?: readonly string[] | null;
}

/** What is null isn't asked for. */
function withoutNulls(condition: Condition): Condition {
  return Object.fromEntries(
    Object.entries(condition).filter(([, value]) => value !== null),
  ) as unknown as Condition;
}

type Cell = Readonly<{ answer: QueryAnswer; row: QueryRow }>;

const Dimension = new GraphQLObjectType({
  name: 'QueryDimension',
  description: 'What a row is about, in one dimension.',
  fields: {
    name: { type: text },
    value: { type: GraphQLString, description: 'Null where it is nameless.' },
    valueName: {
      type: GraphQLString,
      description: 'What the value is called in English, where it is a code such as that of a country.',
    },
  },
});

const Measure = new GraphQLObjectType({
  name: 'QueryMeasure',
  description: 'A number of a row. Counts are exact to 2^53-1.',
  fields: {
    name: { type: text },
    value: { type: GraphQLFloat, description: 'Null where it is not known.' },
    compared: { type: GraphQLFloat, description: 'Of the periods that it is compared with.' },
    change: { type: GraphQLFloat, description: 'From what it is compared with, as a share of that.' },
  },
});

const Row = new GraphQLObjectType<Cell, GraphqlContext>({
  name: 'QueryRow',
  description: 'A row of an answer.',
  fields: {
    timestamp: {
      type: GraphQLString,
      description:
        'The start of its period, `2024-03-01`, an hour `2024-03-01T06Z`; null where it is over the whole range.',
      args: {
        time: { type: TimeStyle, description: 'ISO writes hours as `2024-03-01T06:00:00Z`.' },
      },
      resolve: ({ answer: { plan }, row }, { time }: TimeArguments) =>
        row.ordinal === undefined
          ? null
          : timestampsOf(time === 'iso' ? 'instant' : 'date', plan.span.grain)(row.ordinal),
    },
    dimensions: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Dimension))),
      description: 'Those of `by`, in their order.',
      resolve: ({ answer: { plan }, row }) =>
        plan.query.by.flatMap((name, i) => {
          const value = row.values[i];
          if (value === undefined) return [];
          const valueName = valueNameOf(askedBy(plan.asked, name).dimension, value);
          return [{ name, value: nameOf(value), valueName }];
        }),
    },
    measures: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Measure))),
      resolve: ({ answer: { plan }, row }) =>
        plan.query.measures.map((name, m) => {
          const value = row.measures[m] ?? null;
          return {
            name,
            value,
            compared: row.compared?.[m] ?? null,
            change: changeOf(value, row.compared?.[m]),
          };
        }),
    },
  },
});

const Coverage = new GraphQLObjectType({
  name: 'QueryCoverage',
  description: 'What of the range was loaded.',
  fields: {
    start: { type: text },
    end: { type: text },
    complete: {
      type: new GraphQLNonNull(GraphQLBoolean),
      description: 'Whether all of it was, so that what is absent did not happen.',
    },
  },
});

const Answer = new GraphQLObjectType<QueryAnswer, GraphqlContext>({
  name: 'QueryAnswer',
  description: 'What a question in the one language is answered with.',
  fields: {
    query: {
      type: text,
      description:
        'The question in full as JSON, with its defaults and its dates: asked again it is the same one.',
      resolve: ({ plan }) => JSON.stringify(plan.query),
    },
    route: { type: text, description: '`series` or `warehouse`.', resolve: ({ plan }) => plan.route },
    cost: {
      type: new GraphQLNonNull(Count),
      description: 'In points.',
      resolve: ({ plan }) => plan.cost,
    },
    coverage: { type: Coverage, resolve: ({ plan }) => plan.coverage },
    reason: {
      type: NotFoundReasonType,
      description: 'Why there can be no rows.',
      resolve: ({ plan }) => plan.reason,
    },
    hint: { type: GraphQLString, description: HINT_DOC },
    noRows: {
      type: new GraphQLList(new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Dimension)))),
      description: `${NO_ROWS_DOC} Null where all have rows.`,
      resolve: ({ noRows }) =>
        noRows.length === 0
          ? null
          : noRows.map((one) => Object.entries(one).map(([name, value]) => ({ name, value }))),
    },
    note: {
      type: GraphQLString,
      description: 'What to know of the numbers.',
      resolve: ({ plan }) => (plan.metric.shape.kind === 'top' ? LISTED_ONLY : null),
    },
    rows: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Row))),
      resolve: (answer) => answer.rows.map((row) => ({ answer, row })),
    },
    total: {
      type: Row,
      description: 'A row over everything, where it was asked for.',
      resolve: (answer) => (answer.total ? { answer, row: answer.total } : null),
    },
    cursor: { type: GraphQLString, description: 'Where the next page begins; null at the end.' },
  },
});

/** The field that takes a question in the one language. */
export function queryField(): GraphQLFieldConfig<Scope, GraphqlContext> {
  return {
    type: new GraphQLNonNull(Answer),
    description: 'One language over every metric, as /query has it.',
    args: { input: { type: new GraphQLNonNull(QueryInput), description: 'The question.' } },
    extensions: meaning({ kind: 'query', question: questionOf }),
    resolve: async (_parent, args: Arguments, context, { fieldNodes }): Promise<QueryAnswer> => {
      const { road, reads, freshness, plans } = context;
      const { plan } = plans.take(fieldNodes, {}, () => questionOf(args, road));
      if (plan instanceof Error) throw plan;
      freshness.note(plan, road.watch.confirmed(plan.metric, plan.route));
      return reads.run((signal) => road.read(plan, signal));
    },
  };
}
