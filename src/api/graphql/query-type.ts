import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
} from 'graphql';
import { nameOf } from '../../core/metric/dimension.ts';
import { changeOf, isOpen, type QueryAnswer, type QueryRow } from '../../core/question/query-answer.ts';
import { askedBy } from '../../core/question/conditions.ts';
import { valueNameOf } from '../../core/metric/value-names.ts';
import { noteOf, NO_ROWS_DOC } from '../../formats/query.ts';
import { timestampsOf } from '../../formats/timestamps.ts';
import type { GraphqlContext } from './context.ts';
import { meaning } from './meaning.ts';
import { openField } from './open.ts';
import { QueryInput, questionOf } from './query-input.ts';
import type { Arguments } from './question.ts';
import { Count, HINT_DOC, NotFoundReasonType, TimeStyle, type TimeArguments } from './scalars.ts';
import type { Scope } from './top-type.ts';

const text = new GraphQLNonNull(GraphQLString);

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
    unit: {
      type: GraphQLString,
      description: 'Its unit: `views`, `views/day`; `ratio` for shares and growth.',
    },
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
    others: {
      type: new GraphQLNonNull(GraphQLBoolean),
      description: 'Whether it is the sum of all rows of its group that are not in `top`.',
      resolve: ({ row }) => row.isOthers === true,
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
          const compared = row.compared?.[m] ?? null;
          const unit = plan.analysis?.cells[m]?.unit ?? plan.metric.measures[name]?.unit;
          return { name, value, compared, change: changeOf(value, compared), unit };
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
      resolve: ({ plan }) => noteOf(plan),
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
