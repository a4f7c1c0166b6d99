import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

type DocumentStore = NonNullable<ApolloServerOptions<BaseContext>['documentStore']>;

/**
 * What a parsed document takes for each letter of its text, in bytes: `{a a a}` is a token and three
 * nodes for each two of them. Apollo's own store counts the document's JSON, which is a third of it.
 */
const BYTES_A_LETTER = 300;

/** Documents that were parsed and found valid, so that those that are sent again needn't be. */
export function documentStore(maxBytes: number): DocumentStore {
  const kept = new LRUCache<string, DocumentNode>({
    maxSize: maxBytes,
    sizeCalculation: ({ loc }) => 1000 + (loc ? loc.end - loc.start : 0) * BYTES_A_LETTER,
  });
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    set: (key, document) => {
      kept.set(key, document);
      return Promise.resolve();
    },
    delete: (key) => Promise.resolve(kept.delete(key)),
  };
}
