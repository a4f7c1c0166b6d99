import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphQLError, parse } from 'graphql';
import { invalidParameter, Problem } from '../../core/problem.ts';
import { nearest, suggestion } from '../../core/value/nearest.ts';
import { shortened } from '../../core/value/value-list.ts';
import { MAX_TOKENS } from './guards.ts';
import type { GraphqlRequest } from './http-request.ts';

const ENDING = '.graphql';
/** Names that need no escape in a URL. A colon is for digests. */
const NAME = /^[\w.~-]+$/;
/** The member of a request that names a document (GraphQL over HTTP, appendix on persisted documents). */
const ID = 'documentId';

/** A document in a folder can't be used. The message is for the operator. */
export class DocumentError extends Error {}

/**
 * Documents of GraphQL that an operator keeps in a folder. Clients ask for them by name, or by the digest of their text
 * (`sha256:…`), instead of sending the text: requests are short, GETs fit into any cache, and an operator can refuse
 * everything else.
 */
export class TrustedDocuments {
  readonly #byId = new Map<string, string>();
  readonly #texts: ReadonlySet<string>;
  readonly #names: readonly string[];
  readonly #isOnly: boolean;

  /**
   * @param documents the texts by name
   * @param isOnly whether other documents are refused
   */
  constructor(documents: ReadonlyMap<string, string>, isOnly: boolean) {
    this.#names = [...documents.keys()];
    this.#texts = new Set(documents.values());
    this.#isOnly = isOnly;
    for (const [name, text] of documents) {
      this.#byId.set(name, text);
      this.#byId.set(`sha256:${hash('sha256', text, 'hex')}`, text);
    }
  }

  /**
   * Puts the text of each document that a request names into its place.
   * @throws Problem if there is no such document, or if a document that isn't trusted may not be asked
   */
  resolve(request: GraphqlRequest): GraphqlRequest {
    const { method, url, body } = request;
    if (method === 'GET') return { ...membersOf(request), url: this.#inUrl(url) };
    return {
      ...membersOf(request),
      body: Array.isArray(body) ? body.map((one) => this.#inBody(one)) : this.#inBody(body),
    };
  }

  #inUrl(url: string): string {
    const mark = url.indexOf('?');
    const parameters = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
    const query = this.#textOf(parameters.get(ID) ?? undefined, parameters.get('query') ?? undefined);
    if (query === undefined) return url;
    parameters.delete(ID);
    parameters.set('query', query);
    return `${url.slice(0, mark)}?${parameters.toString()}`;
  }

  #inBody(body: unknown): unknown {
    if (typeof body !== 'object' || body === null) return body;
    const { [ID]: id, query, ...others } = body as Record<string, unknown>;
    const text = this.#textOf(id, query);
    return text === undefined ? body : { query: text, ...others };
  }

  /** Returns the text of the document that a request means; undefined if its own text stays. @throws Problem */
  #textOf(id: unknown, query: unknown): string | undefined {
    if (id !== undefined && id !== null && id !== '') {
      const text = typeof id === 'string' ? this.#byId.get(id) : undefined;
      if (text !== undefined) return text;
      const shown = typeof id === 'string' ? shortened(id) : 'This';
      const near = typeof id === 'string' ? suggestion(nearest(id, this.#names)) : '.';
      throw invalidParameter(ID, `${shown} is no document of this server${near}`, this.#names);
    }
    if (this.#isOnly && !(typeof query === 'string' && this.#texts.has(query)))
      throw new Problem(
        'invalid-request',
        'This server answers only documents that its operator keeps. Ask for one by its name.',
        { parameter: ID, allowed: this.#names },
      );
    return undefined;
  }
}

/** The members of a request. One of fastify has some of them by getters, which spreading leaves out. */
function membersOf({ method, url, headers, socket, log, body, bodyText }: GraphqlRequest): GraphqlRequest {
  return { method, url, headers, socket, log, body, bodyText };
}

/** Reads the documents in a folder. @throws DocumentError that names the file and the place */
export async function readTrustedDocuments(folder: string, isOnly: boolean): Promise<TrustedDocuments> {
  const documents = new Map<string, string>();
  for (const file of (await namesIn(folder)).toSorted()) {
    if (!file.endsWith(ENDING)) continue;
    const path = join(folder, file);
    const name = file.slice(0, -ENDING.length);
    if (!NAME.test(name)) throw new DocumentError(`${path}: a name has letters, digits and -_.~ only.`);
    const text = await readFile(path, 'utf8');
    try {
      parse(text, { maxLexicalTokens: MAX_TOKENS });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const [{ line, column } = { line: 1, column: 1 }] = error.locations ?? [];
      throw new DocumentError(`${path}, line ${line}, column ${column}: ${error.message}`, { cause: error });
    }
    documents.set(name, text);
  }
  if (documents.size === 0) throw new DocumentError(`${folder} has no files ${ENDING}.`);
  return new TrustedDocuments(documents, isOnly);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new DocumentError(`The folder ${folder} of GraphQL documents can't be read.`, { cause });
  }
}
