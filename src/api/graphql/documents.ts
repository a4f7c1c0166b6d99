import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

type DocumentStore = NonNullable<ApolloServerOptions<BaseContext>['documentStore']>;

/**
 * The memory of a parsed document per character of its text, in bytes: `{a a a}` makes a token and three
 * nodes for every two characters. Apollo's own store counts the document's JSON, which is only a third.
 */
export const BYTES_A_LETTER = 300;

/** Returns a cache of parsed and validated documents. */
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
