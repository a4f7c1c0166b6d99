import {
  DocumentError,
  readTrustedDocuments,
  type TrustedDocuments,
} from '../api/graphql/trusted-documents.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/setting.ts';

/** The documents of GraphQL that an operator keeps; undefined if there is no folder of them. @throws ConfigError */
export async function trustedDocuments({
  graphqlDocuments: folder,
  graphqlDocumentsOnly: isOnly,
}: Pick<Config, 'graphqlDocuments' | 'graphqlDocumentsOnly'>): Promise<TrustedDocuments | undefined> {
  if (folder === 'none') {
    if (isOnly)
      throw new ConfigError(
        'KRAKEN_GRAPHQL_DOCUMENTS_ONLY (--graphql-documents-only) refuses every document while KRAKEN_GRAPHQL_DOCUMENTS (--graphql-documents) names no folder.',
      );
    return undefined;
  }
  try {
    return await readTrustedDocuments(folder, isOnly);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new ConfigError(`KRAKEN_GRAPHQL_DOCUMENTS (--graphql-documents): ${error.message}`, {
      cause: error,
    });
  }
}
