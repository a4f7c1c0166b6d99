import {
  execute,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type GraphQLSchema,
  OperationTypeNode,
  parse,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { afterwards } from '../../core/at-once.ts';
import { chargeFor } from './charges.ts';
import type { GraphqlContext } from './context.ts';
import { BYTES_A_LETTER } from './documents.ts';
import { MAX_TOKENS } from './guards.ts';
import type { Operation } from './operation.ts';

/** A document that is valid. It is parsed when it is asked for again: many are asked for once. */
interface Known {
  document: DocumentNode | undefined;
}

/** The body of an answer without errors, and the state that it was made in. */
interface Executed {
  readonly body: string;
  readonly context: GraphqlContext;
}

/**
 * The documents that were answered without an error. They are executed without Apollo, which takes several times as long
 * as the execution. Whatever isn't answered here is left to Apollo.
 */
export class KnownDocuments {
  readonly #schema: GraphQLSchema;
  readonly #rootValue: unknown;
  readonly #kept: LRUCache<string, Known>;

  /** @param maxBytes the memory for parsed documents */
  constructor(schema: GraphQLSchema, rootValue: unknown, maxBytes: number) {
    this.#schema = schema;
    this.#rootValue = rootValue;
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (_, text) => 1000 + text.length * BYTES_A_LETTER,
    });
  }

  /** Notes that an operation was answered without an error, so its document is valid. */
  note({ query }: Operation): void {
    if (!this.#kept.has(query)) this.#kept.set(query, { document: undefined });
  }

  /**
   * Answers an operation of a known document.
   * @param contextOf makes the state of the request
   * @returns the body of the answer; undefined if Apollo has to answer: the document isn't known, or there is an error
   */
  answer(
    { query, operationName, variables = {} }: Operation,
    contextOf: () => GraphqlContext,
  ): Executed | undefined | Promise<Executed | undefined> {
    const known = this.#kept.get(query);
    if (!known) return undefined;
    const document = (known.document ??= parse(query, { maxLexicalTokens: MAX_TOKENS }));
    const operation = getOperationAST(document, operationName);
    if (operation?.operation !== OperationTypeNode.QUERY) return undefined;
    const schema = this.#schema;
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (!coerced) return undefined;
    const context = contextOf();
    let cost: number;
    try {
      cost = chargeFor({ schema, operation, document, variables: coerced }, context);
    } catch (error) {
      if (error instanceof GraphQLError) return undefined;
      throw error;
    }
    const executed = execute({
      schema,
      document,
      rootValue: this.#rootValue,
      contextValue: context,
      variableValues: variables,
      ...(operationName !== undefined && { operationName }),
    });
    return afterwards(executed, ({ data, errors }) =>
      errors ? undefined : { body: `${JSON.stringify({ data, extensions: { cost } })}\n`, context },
    );
  }
}
