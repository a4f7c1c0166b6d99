import { queryTextOf } from '../../formats/graphql-query.ts';
import type { SnippetKind } from './snippet.ts';

export const graphql: SnippetKind = {
  id: 'graphql',
  title: 'GraphQL',
  text: ({ path }) => path && queryTextOf(path.metric, path.question).trimEnd(),
};
