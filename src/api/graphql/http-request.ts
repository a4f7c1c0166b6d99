import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyBaseLogger } from 'fastify';
import type { PlainRequest } from '../http/direct.ts';
import { jsonOfBody, refuseDeepJson } from '../http/request-json.ts';

/** A request with an operation. One of fastify fits. */
export interface GraphqlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
  readonly log: FastifyBaseLogger;
  /** What the JSON of the body says. */
  readonly body?: unknown;
  /** The JSON of the body as it was sent; empty if there is none. */
  readonly bodyText: string;
}

/** A request that was read without fastify. Its JSON is parsed when it is needed: a kept answer is found by its text. */
export class DirectRequest implements GraphqlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
  readonly log: FastifyBaseLogger;
  readonly bodyText: string;
  #body: unknown;

  constructor({ method, url, headers, socket, log, body }: PlainRequest) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.socket = socket;
    this.log = log;
    this.bodyText = method === 'POST' && typeof body === 'string' ? body : '';
  }

  /** @throws Problem if the text is no JSON */
  get body(): unknown {
    if (this.method === 'POST') this.#body ??= jsonOfBody(this.bodyText, JSON.parse);
    return this.#body;
  }
}

/** The members of a request besides its query. */
const BESIDES = ['operationName', 'variables', 'extensions'] as const;

/**
 * Converts a request for Apollo. Empty members (`operationName=`, `variables=`, in a body also `""`) are
 * removed, because forms and clients also send their empty fields.
 * @param type the negotiated media type of the answer
 * @throws Problem if the JSON of a URL nests too deep
 */
export function httpRequestOf(request: GraphqlRequest, type: string): HTTPGraphQLRequest {
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

/** Removes the empty parameters of a URL's query. JSON's null counts as empty, as in a body. */
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
