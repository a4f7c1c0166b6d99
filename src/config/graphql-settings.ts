import { folder, integer, onOff, orWord } from './setting.ts';

/** The settings of GraphQL. */
export const GRAPHQL_SETTINGS = {
  graphqlDepth: integer(
    'KRAKEN_GRAPHQL_DEPTH',
    15,
    { min: 1, max: 1000 },
    'The maximum depth of a GraphQL query.',
  ),
  graphqlBatch: integer(
    'KRAKEN_GRAPHQL_BATCH',
    10,
    { min: 1, max: 1000 },
    'The maximum number of GraphQL operations in one request.',
  ),
  graphqlDocuments: orWord(
    folder(
      'KRAKEN_GRAPHQL_DOCUMENTS',
      'none',
      'A folder of NAME.graphql files that clients ask for by documentId=NAME instead of sending the text.',
    ),
    'none',
  ),
  graphqlDocumentsOnly: onOff(
    'KRAKEN_GRAPHQL_DOCUMENTS_ONLY',
    false,
    'Whether GraphQL answers no documents but those of KRAKEN_GRAPHQL_DOCUMENTS.',
  ),
} as const;
