import {
  GraphQLBoolean,
  type GraphQLFieldConfig,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
} from 'graphql';
import type { Open } from '../../core/question/answer.ts';
import { isoTime } from '../../core/question/as-of.ts';
import { formatDate, type Grain } from '../../core/time/time.ts';
import type { GraphqlContext } from './context.ts';

/** The argument that asks for open periods. */
export const LIVE_ARGUMENT = {
  type: GraphQLBoolean,
  description:
    'Also answers the hours and days that are still under way, counted up to now. So does the end `now` of a range.',
};

const OpenType = new GraphQLObjectType<{ readonly open: Open; readonly grain: Grain }>({
  name: 'Open',
  description: 'The periods of an answer that are still under way: their numbers are provisional.',
  fields: {
    from: {
      type: new GraphQLNonNull(GraphQLString),
      description: 'The first of them: `2024-03-01`, an hour `2024-03-01T06Z`.',
      resolve: ({ open, grain }) => formatDate(grain, open.from),
    },
    asOf: {
      type: new GraphQLNonNull(GraphQLString),
      description: 'Everything that was collected before this time is counted.',
      resolve: ({ open }) => isoTime(open.asOfMs),
    },
  },
});

/** Returns the field that says which periods are open. @param openOf reads it from the field's source */
export function openField<Source>(
  openOf: (source: Source) => { readonly open?: Open; readonly grain: Grain } | undefined,
): GraphQLFieldConfig<Source, GraphqlContext> {
  return {
    type: OpenType,
    description: 'The periods that are still under way; null if there are none.',
    resolve: (source) => {
      const { open, grain } = openOf(source) ?? {};
      return open && grain ? { open, grain } : null;
    },
  };
}
