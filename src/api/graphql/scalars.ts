import { GraphQLEnumType, GraphQLError, GraphQLFloat, GraphQLScalarType } from 'graphql';
import type { Measure } from '../../core/metric/measure.ts';
import type { NotFoundReason } from '../../core/problem.ts';
import type { RowStyle } from '../../formats/row-style.ts';
import { enumName } from '../../core/metric/graphql-names.ts';

/** GraphQL's own Int ends at 2^31-1, which a month of a large project exceeds. */
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
  'not-loaded': 'Nothing of it was loaded here.',
  'outside-coverage': 'The range lies before or after everything that was loaded.',
  'no-rows': 'The range was loaded, and there are no rows in it.',
};

export const NotFoundReasonType = new GraphQLEnumType({
  name: 'NotFoundReason',
  description: 'Why there are no rows.',
  values: Object.fromEntries(
    Object.entries(REASONS).map(([value, description]) => [enumName(value), { value, description }]),
  ),
});

/** How timestamps are written. The argument has this name in REST too. */
export const TimeStyle = new GraphQLEnumType({
  name: 'TimeStyle',
  description: 'How a timestamp is written.',
  values: {
    AQS: { value: 'aqs', description: "As the metric's answers in REST have it: `2024030100`." },
    ISO: {
      value: 'iso',
      description: 'As every program reads it: `2024-03-01`, hours `2024-03-01T06:00:00Z`.',
    },
  },
});

/** The argument of that type, as it arrives. */
export interface TimeArguments {
  readonly time?: 'aqs' | 'iso' | null;
}

/** Null, and what isn't given, is how AQS writes them. */
export function timeStyleOf({ time }: TimeArguments): RowStyle {
  return time === 'iso' ? { time } : {};
}

/** Of a field that says what to do where there are no rows. */
export const HINT_DOC =
  'Where there are no rows, in words: which value is unknown and what is near, and what is loaded from when to when.';

export const Fill = new GraphQLEnumType({
  name: 'Fill',
  description: 'What to make of periods without a row. Without it they are left out.',
  values: {
    ZERO: {
      value: 'zero',
      description: 'Zero where the period was loaded completely, so that nothing happened; else null.',
    },
    NULL: { value: 'null', description: 'Null.' },
  },
});
