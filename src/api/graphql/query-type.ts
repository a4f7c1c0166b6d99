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
import { changeOf, isOpen, type QueryAnswer, type QueryRow } from '../../core/question/query-answer.ts';
import { askedBy } from '../../core/question/conditions.ts';
import { DEFAULT_ROWS } from '../../core/question/query.ts';
import type { RowsQuestion } from '../../core/question/question.ts';
import { valueNameOf } from '../../core/metric/value-names.ts';
import { LISTED_ONLY, NO_ROWS_DOC } from '../../formats/query.ts';
import { timestampsOf } from '../../formats/timestamps.ts';
import type { Road } from '../../read/road.ts';
import type { GraphqlContext } from './context.ts';
import { meaning } from './meaning.ts';
import { LIVE_ARGUMENT, openField } from './open.ts';
import type { Arguments } from './question.ts';
import {
  AS_OF_DOC,
  Count,
  Fill,
  HINT_DOC,
  NotFoundReasonType,
  TimeStyle,
  type TimeArguments,
} from './scalars.ts';
import type { Scope } from './top-type.ts';

const text = new GraphQLNonNull(GraphQLString);
const texts = new GraphQLList(text);
const flag = { type: GraphQLBoolean, defaultValue: false };

const Direction = new GraphQLEnumType({
  name: 'QueryDirection',
  description: 'The order of rows.',
  values: {
    ASC: { value: 'asc', description: 'The smallest first.' },
    DESC: { value: 'desc', description: 'The greatest first.' },
  },
});

const Where = new GraphQLInputObjectType({
  name: 'QueryWhere',
  description:
    'A condition on a dimension: it is one of `values`, it begins with `prefix`, or it is not one of `not`.',
  fields: {
    dimension: { type: text, description: 'Its name in REST: `editor-type`.' },
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
  description: 'A question, as `/query` takes it.',
  fields: {
    metric: { type: text, description: 'The name of a metric, as in the catalogue.' },
    where: { type: new GraphQLList(new GraphQLNonNull(Where)) },
    by: { type: texts, description: 'The dimensions to group by.' },
    grain: {
      type: GraphQLString,
      description:
        'A text such as `"daily"` or `"monthly"`, because each metric has its own enum. Without it, a row is over the whole range.',
    },
    range: { type: text, description: '`2024-01..2024-03`, `2024`, `-30d`, `latest`; includes both ends.' },
    measures: { type: texts, description: 'All by default.' },
    order: { type: new GraphQLList(new GraphQLNonNull(Order)) },
    limit: { type: GraphQLInt, defaultValue: DEFAULT_ROWS, description: 'The number of rows of a page.' },
    cursor: { type: GraphQLString, description: 'The start of the page: the cursor of the previous page.' },
    total: { ...flag, description: 'Adds a row over everything.' },
    compare: { type: GraphQLString, description: '`previous`, or an earlier range of the same length.' },
    fill: { type: Fill, description: 'Adds rows for periods without data.' },
    dryRun: { ...flag, description: 'Plans the question, but reads nothing.' },
    asOf: { type: GraphQLString, description: AS_OF_DOC },
    live: LIVE_ARGUMENT,
  },
});

/** Converts an input into a question. @throws Problem */
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

/** Removes members that are null, because null means that a member isn't used. */
function withoutNulls(condition: Condition): Condition {
  return Object.fromEntries(
    Object.entries(condition).filter(([, value]) => value !== null),
  ) as unknown as Condition;
}

type Cell = Readonly<{ answer: QueryAnswer; row: QueryRow }>;

const Dimension = new GraphQLObjectType({
  name: 'QueryDimension',
  description: 'The value of a row in one dimension.',
  fields: {
    name: { type: text },
    value: { type: GraphQLString, description: 'Null if the value has no name.' },
    valueName: {
      type: GraphQLString,
      description: 'The English name of the value, if it is a code such as that of a country.',
    },
  },
});

const Measure = new GraphQLObjectType({
  name: 'QueryMeasure',
  description: 'A number of a row. Counts are exact to 2^53-1.',
  fields: {
    name: { type: text },
    value: { type: GraphQLFloat, description: 'Null if it is not known.' },
    compared: { type: GraphQLFloat, description: 'The number in the compared periods.' },
    change: { type: GraphQLFloat, description: 'The change, as a share of the compared number.' },
  },
});

const Row = new GraphQLObjectType<Cell, GraphqlContext>({
  name: 'QueryRow',
  description: 'A row of an answer.',
  fields: {
    timestamp: {
      type: GraphQLString,
      description:
        'The start of the period, `2024-03-01`, an hour `2024-03-01T06Z`; null if the row is over the whole range.',
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
      description: 'The dimensions of `by`, in their order.',
      resolve: ({ answer: { plan }, row }) =>
        plan.query.by.flatMap((name, i) => {
          const value = row.values[i];
          if (value === undefined) return [];
          const valueName = valueNameOf(askedBy(plan.asked, name).dimension, value);
          return [{ name, value: nameOf(value), valueName }];
        }),
    },
    provisional: {
      type: new GraphQLNonNull(GraphQLBoolean),
      description: 'Whether its period is still under way.',
      resolve: ({ answer, row }) => isOpen(answer, row),
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
  description: 'The loaded part of the range.',
  fields: {
    start: { type: text },
    end: { type: text },
    complete: {
      type: new GraphQLNonNull(GraphQLBoolean),
      description: 'Whether everything is loaded. If so, an absent row means that nothing happened.',
    },
  },
});

const Answer = new GraphQLObjectType<QueryAnswer, GraphqlContext>({
  name: 'QueryAnswer',
  description: 'The answer to a question.',
  fields: {
    query: {
      type: text,
      description:
        'The full question as JSON, with its defaults filled in and its dates resolved. Asking it again is the same question.',
      resolve: ({ plan }) => JSON.stringify(plan.query),
    },
    route: { type: text, description: '`series` or `warehouse`.', resolve: ({ plan }) => plan.route },
    cost: {
      type: new GraphQLNonNull(Count),
      description: 'The cost in points.',
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
      description: `${NO_ROWS_DOC} Null if all have rows.`,
      resolve: ({ noRows }) =>
        noRows.length === 0
          ? null
          : noRows.map((one) => Object.entries(one).map(([name, value]) => ({ name, value }))),
    },
    note: {
      type: GraphQLString,
      description: 'What to know about the numbers.',
      resolve: ({ plan }) => (plan.metric.shape.kind === 'top' ? LISTED_ONLY : null),
    },
    rows: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Row))),
      resolve: (answer) => answer.rows.map((row) => ({ answer, row })),
    },
    total: {
      type: Row,
      description: 'A row over everything, if it was requested.',
      resolve: (answer) => (answer.total ? { answer, row: answer.total } : null),
    },
    cursor: { type: GraphQLString, description: 'The cursor of the next page; null at the end.' },
    open: openField<QueryAnswer>(({ open, plan }) => ({ ...(open && { open }), grain: plan.span.grain })),
  },
});

/** Returns the field that answers questions, as `/query` does. */
export function queryField(): GraphQLFieldConfig<Scope, GraphqlContext> {
  return {
    type: new GraphQLNonNull(Answer),
    description: 'Answers a question about any metric, as `/query` does.',
    args: { input: { type: new GraphQLNonNull(QueryInput), description: 'The question.' } },
    extensions: meaning({ kind: 'query', question: questionOf }),
    resolve: (_parent, args: Arguments, context, { fieldNodes }): QueryAnswer | Promise<QueryAnswer> => {
      const { road, gone, freshness, plans } = context;
      const { plan } = plans.take(fieldNodes, {}, () => questionOf(args, road));
      if (plan instanceof Error) throw plan;
      freshness.note(plan, road.watch.confirmed(plan.metric, plan.route));
      return road.read(plan, gone);
    },
  };
}
