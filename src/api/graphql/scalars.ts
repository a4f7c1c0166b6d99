import { GraphQLEnumType, GraphQLError, GraphQLFloat, GraphQLScalarType } from 'graphql';
import type { Measure } from '../../core/metric/measure.ts';
import type { NotFoundReason } from '../../core/problem.ts';
import type { RowStyle } from '../../formats/row-style.ts';
import { enumName } from '../../core/metric/graphql-names.ts';

/** The type of counts. GraphQL's own Int ends at 2^31-1, which a month of a large project exceeds. */
export const Count = new GraphQLScalarType<number, number>({
  name: 'Count',
  description:
    'A whole number up to 9007199254740991 (2^53-1), exact, as a JSON number. Differences may be negative.',
  serialize: (value) => {
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    throw new GraphQLError('A count is not a whole number.');
  },
});

export function numberType(measure: Measure): GraphQLScalarType {
  return measure.kind === 'decimal' ? GraphQLFloat : Count;
}

const REASONS: Record<NotFoundReason, string> = {
  'not-loaded': 'None of its data is loaded.',
  'outside-coverage': 'The range lies before or after all loaded data.',
  'no-rows': 'The range is loaded, but has no rows.',
};

export const NotFoundReasonType = new GraphQLEnumType({
  name: 'NotFoundReason',
  description: 'Why there are no rows.',
  values: Object.fromEntries(
    Object.entries(REASONS).map(([value, description]) => [enumName(value), { value, description }]),
  ),
});

/** The style of timestamps. The parameter of REST has the same name. */
export const TimeStyle = new GraphQLEnumType({
  name: 'TimeStyle',
  description: 'How a timestamp is written.',
  values: {
    AQS: { value: 'aqs', description: "The format of the metric's answers in REST: `2024030100`." },
    ISO: {
      value: 'iso',
      description: 'ISO 8601, which every program reads: `2024-03-01`, hours `2024-03-01T06:00:00Z`.',
    },
  },
});

/** The arguments of a field with a TimeStyle. */
export interface TimeArguments {
  readonly time?: 'aqs' | 'iso' | null;
}

/** Converts the argument. The default, also for null, is AQS's format. */
export function timeStyleOf({ time }: TimeArguments): RowStyle {
  return time === 'iso' ? { time } : {};
}

/** The description of fields with a hint. */
/** What the argument `asOf` means. */
export const AS_OF_DOC =
  'Answers from the numbers that were served at this time: `2026-11-29T14:30:00Z`, a day (its start, in UTC), or a time before now such as `-7d`.';

export const HINT_DOC =
  'If there are no rows, explains why in words: which value is unknown, which similar ones exist, and which dates are loaded.';

export const Fill = new GraphQLEnumType({
  name: 'Fill',
  description: 'How to fill periods without a row. By default they are left out.',
  values: {
    ZERO: {
      value: 'zero',
      description: 'Zero if the period is completely loaded, because then nothing happened; otherwise null.',
    },
    NULL: { value: 'null', description: 'Null.' },
  },
});
