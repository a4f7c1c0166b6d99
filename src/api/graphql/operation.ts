import { getOperationAST, GraphQLError, OperationTypeNode, parse } from 'graphql';
import { refuseDeepJson } from '../http/request-json.ts';
import { invalidParameter, Problem } from '../../core/problem.ts';
import { MAX_TOKENS } from './guards.ts';
import { type GraphqlRequest, httpRequestOf } from './http-request.ts';

/** An operation as a request gives it. */
export interface Operation {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Reads the one operation of a request for an event stream. @throws Problem that names the parameter */
export function operationOf(request: GraphqlRequest): Operation {
  const { search, body } = httpRequestOf(request, 'text/event-stream');
  const given = request.method === 'GET' ? inUrl(search) : body;
  if (Array.isArray(given))
    throw new Problem('invalid-request', 'An event stream has one operation, not a list of them.');
  const { query, operationName, variables } = (given ?? {}) as Record<string, unknown>;
  if (typeof query !== 'string' || query === '')
    throw invalidParameter('query', 'The query is missing.', 'the text of an operation');
  if (!isMissing(operationName) && typeof operationName !== 'string')
    throw invalidParameter('operationName', 'operationName should be a text.');
  if (!isMissing(variables) && (typeof variables !== 'object' || Array.isArray(variables)))
    throw invalidParameter('variables', 'variables should be a JSON object.');
  return made(query, operationName, variables);
}

/**
 * Reads the operation of a request that has one, plainly.
 * @returns undefined if it has several, extensions, or a member of another type than it should have
 */
export function plainOperation({ method, url, body }: GraphqlRequest): Operation | undefined {
  const given = method === 'GET' ? plainlyInUrl(url) : body;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const { query, operationName, variables, extensions } = given as Record<string, unknown>;
  if (typeof query !== 'string' || !isMissing(extensions)) return undefined;
  if (!isMissing(operationName) && (typeof operationName !== 'string' || operationName === ''))
    return undefined;
  if (!isMissing(variables) && (typeof variables !== 'object' || Array.isArray(variables))) return undefined;
  return made(query, operationName, variables);
}

function made(query: string, operationName: string | undefined | null, variables: unknown): Operation {
  return {
    query,
    ...(isMissing(operationName) ? {} : { operationName }),
    ...(isMissing(variables) ? {} : { variables: variables as Readonly<Record<string, unknown>> }),
  };
}

/** Whether an operation is a subscription. One that can't be parsed is none. */
export function isSubscription({ query, operationName }: Operation): boolean {
  try {
    const document = parse(query, { maxLexicalTokens: MAX_TOKENS, noLocation: true });
    return getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
  } catch (error) {
    if (error instanceof GraphQLError) return false;
    throw error;
  }
}

/** The same operation with the same variables has the same key. */
export function keyOf({ query, operationName, variables = {} }: Operation): string {
  const sorted = Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `graphql ${JSON.stringify([query, operationName, sorted])}`;
}

function inUrl(search: string): Record<string, unknown> {
  const parameters = new URLSearchParams(search);
  const [query, operationName, variables] = ['query', 'operationName', 'variables'].map(
    (name) => parameters.get(name) ?? undefined,
  );
  return { query, operationName, variables: variables === undefined ? undefined : jsonOf(variables) };
}

/** The members of an operation in a URL; undefined if one of them is not as it should be, so that Apollo tells it. */
function plainlyInUrl(url: string): Record<string, unknown> | undefined {
  const search = url.slice(url.indexOf('?') + 1);
  const parameters = new URLSearchParams(search);
  const variables = parameters.get('variables');
  const isRepeated = new Set(parameters.keys()).size < parameters.size;
  if (isRepeated || parameters.has('extensions') || variables === '') return undefined;
  try {
    refuseDeepJson(variables ?? '');
    return inUrl(search);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidParameter('variables', 'variables is not JSON.', 'a JSON object');
  }
}

function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
