import { HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { refuseDeepJson } from '../http/request-json.ts';

/** What a request may say besides its query. */
const BESIDES = ['operationName', 'variables', 'extensions'] as const;

/**
 * A request as Apollo takes it. What is there and says nothing (`operationName=`, `variables=`, in a body
 * also `""`) is as if it weren't: forms and clients send their empty fields along.
 * @param type the media type of the answer, which was negotiated already
 * @throws Problem where the JSON of a URL nests too deep
 */
export function httpRequestOf(request: FastifyRequest, type: string): HTTPGraphQLRequest {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, [value].flat().join(', '));
  headers.set('accept', type);
  const { url } = request;
  const mark = url.indexOf('?');
  return {
    method: request.method.toUpperCase(),
    headers,
    search: mark < 0 ? '' : `?${sayingSomething(url.slice(mark + 1))}`,
    body: Array.isArray(request.body) ? request.body.map(withoutEmpty) : withoutEmpty(request.body),
  };
}

/** A query of a URL without its empty parameters. JSON's null is none either, as in a body. */
function sayingSomething(query: string): string {
  const parameters = new URLSearchParams(query);
  for (const name of BESIDES) {
    if (name !== 'operationName') parameters.getAll(name).forEach(refuseDeepJson);
    const isEmpty = (value: string): boolean =>
      value.trim() === '' || (name !== 'operationName' && value.trim() === 'null');
    const values = parameters.getAll(name);
    if (values.length === 0 || !values.every(isEmpty)) continue;
    parameters.delete(name);
  }
  return parameters.toString();
}

function withoutEmpty(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const isEmpty = ([name, value]: [string, unknown]): boolean =>
    BESIDES.some((known) => known === name) && typeof value === 'string' && value.trim() === '';
  return Object.fromEntries(Object.entries(body).filter((member) => !isEmpty(member)));
}
