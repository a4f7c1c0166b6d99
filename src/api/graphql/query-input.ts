import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
} from 'graphql';
import { invalidParameter } from '../../core/problem.ts';
import { DEFAULT_ROWS } from '../../core/question/query.ts';
import type { RowsQuestion } from '../../core/question/question.ts';
import type { Road } from '../../read/road.ts';
import { LIVE_ARGUMENT } from './open.ts';
import type { Arguments } from './question.ts';
import { AS_OF_DOC, Fill } from './scalars.ts';

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

/** The question of the field `query`. */
export const QueryInput = new GraphQLInputObjectType({
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
    measures: {
      type: texts,
      description:
        'All by default. Also derived ones: `views_growth`, `views_share`, `views_moving_average_7`, `views_per_editors-aggregate`.',
    },
    order: { type: new GraphQLList(new GraphQLNonNull(Order)) },
    limit: { type: GraphQLInt, defaultValue: DEFAULT_ROWS, description: 'The number of rows of a page.' },
    cursor: { type: GraphQLString, description: 'The start of the page: the cursor of the previous page.' },
    total: { ...flag, description: 'Adds a row over everything.' },
    compare: {
      type: GraphQLString,
      description: '`previous`, `previous_year`, or an earlier range of the same length.',
    },
    having: { type: texts, description: 'Conditions on numbers, derived ones too: `views>=1000`.' },
    top: {
      type: GraphQLInt,
      description: 'The number of rows of each group of `within`, the first by the order.',
    },
    within: { type: texts, description: 'The dimensions, or `timestamp`, whose values make a group.' },
    others: { ...flag, description: 'Adds a last row to each group: the sum of its other rows.' },
    fill: { type: Fill, description: 'Adds rows for periods without data.' },
    dryRun: { ...flag, description: 'Plans the question, but reads nothing.' },
    asOf: { type: GraphQLString, description: AS_OF_DOC },
    live: LIVE_ARGUMENT,
  },
});

/** Converts an input into a question. @throws Problem */
export function questionOf({ input }: Arguments, road: Road): RowsQuestion {
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
