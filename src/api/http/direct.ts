import proxyAddr from '@fastify/proxy-addr';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from './admission.ts';
import { CLIENT_GONE, logProblem, problemOf, problemResponse } from './problems.ts';
import type { Telemetry } from './telemetry.ts';

/** What a direct route gets of a request. A request of fastify with a text as its body fits, too. */
export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The address of the client: behind trusted proxies, the one that they name. */
  readonly ip: string;
  /** A text; something else if there is no body. */
  readonly body: unknown;
  readonly log: Pick<FastifyBaseLogger, 'error'>;
}

/** Sends the answer before it resolves. What it throws is sent as a problem. */
export type DirectHandler = (request: PlainRequest, response: ServerResponse) => Promise<void>;

/** Sends an answer that is there already. It neither waits nor throws. @returns false if there is none; then nothing was sent */
export type InstantHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A server, which answers some of its routes directly. */
export interface Server {
  readonly app: FastifyInstance;
  /** Routes of the app that are answered without it where possible. */
  readonly direct: DirectRoutes;
  /** Has every further answer be the last one of its connection, so that clients go elsewhere without losing a request. */
  readonly drain: () => void;
}

export interface DirectParts {
  readonly admission: Admission;
  readonly telemetry: Telemetry;
  readonly trustedProxies: readonly string[];
  readonly maxBodyBytes: number;
  readonly logger: FastifyBaseLogger;
  /** Returns another id at each call. */
  readonly newRequestId: () => string;
}

/**
 * Routes that node:http answers without fastify, which would take a fifth of the time of a batch of events. Each is
 * a route of fastify, too, and has the same handler there: fastify answers everything unusual, such as
 * other methods, bodies without a length or over the limit, and requests that come while the server closes.
 */
export class DirectRoutes {
  readonly #parts: DirectParts;
  readonly #trusts: ReturnType<typeof proxyAddr.compile> | undefined;
  readonly #handlers = new Map<string, DirectHandler>();
  readonly #instant: { readonly prefix: string; readonly route: string; readonly handler: InstantHandler }[] =
    [];
  #isClosing = false;

  constructor(parts: DirectParts) {
    this.#parts = parts;
    const { trustedProxies } = parts;
    this.#trusts = trustedProxies.length > 0 ? proxyAddr.compile([...trustedProxies]) : undefined;
  }

  add(method: 'GET' | 'POST', path: string, handler: DirectHandler): void {
    this.#handlers.set(`${method} ${path}`, handler);
  }

  /** Has a handler try all URLs that begin with a prefix. @param route their route of fastify, which answers the others */
  addInstant(prefix: string, route: string, handler: InstantHandler): void {
    this.#instant.push({ prefix, route, handler });
  }

  /** Leaves all further requests to fastify, which closes their connections. */
  close(): void {
    this.#isClosing = true;
  }

  /** Answers a request if a direct route can. @returns false if it is left to fastify */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '', headers } = request;
    for (const { prefix, route, handler } of this.#instant)
      if (url.startsWith(prefix)) return this.#atOnce(handler, route, request, response);
    const end = url.indexOf('?');
    const path = end === -1 ? url : url.slice(0, end);
    const handler = this.#handlers.get(`${method} ${path}`);
    if (!handler || this.#isClosing || headers.host === undefined) return false;
    if (headers['transfer-encoding'] !== undefined) return false;
    if (Number(headers['content-length'] ?? 0) > this.#parts.maxBodyBytes) return false;
    void this.#run(handler, path, request, response);
    return true;
  }

  #atOnce(
    handler: InstantHandler,
    route: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): boolean {
    const { admission, telemetry } = this.#parts;
    const { method, headers } = request;
    if ((method !== 'GET' && method !== 'HEAD') || this.#isClosing || headers.host === undefined)
      return false;
    const started = performance.now();
    const client = this.#clientOf(request);
    // Whoever has too many is told so by fastify.
    if (!admission.hasRoom(client) || !handler(request, response)) return false;
    admission.enter(client);
    response.once('close', () => {
      admission.leave(client);
      const status = response.writableFinished ? response.statusCode : CLIENT_GONE;
      telemetry.answered(route, status, (performance.now() - started) / 1000);
    });
    return true;
  }

  async #run(
    handler: DirectHandler,
    route: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { admission, telemetry, logger: log } = this.#parts;
    const { method = '', url = '', headers } = request;
    const started = performance.now();
    let client: string | undefined;
    // `close` comes after the answer, or when the connection ends before it.
    response.once('close', () => {
      if (client !== undefined) admission.leave(client);
      const status = response.writableFinished ? response.statusCode : CLIENT_GONE;
      telemetry.answered(route, status, (performance.now() - started) / 1000);
    });
    try {
      const ip = this.#clientOf(request);
      admission.enter(ip);
      client = ip;
      const body = headers['content-length'] === undefined ? '' : await bodyOf(request);
      await handler({ method, url, headers, ip, body, log }, response);
    } catch (error) {
      this.#sendProblem(error, request, response);
    }
  }

  #clientOf(request: IncomingMessage): string {
    return this.#trusts ? proxyAddr(request, this.#trusts) : (request.socket.remoteAddress ?? '');
  }

  #sendProblem(error: unknown, { method = '', url = '' }: IncomingMessage, response: ServerResponse): void {
    if (response.destroyed) return;
    const { logger, newRequestId } = this.#parts;
    const id = newRequestId();
    const problem = problemOf(error);
    logProblem(logger, error, problem, { reqId: id, url });
    const { status, headers, body } = problemResponse(problem, method, url);
    response
      .writeHead(status, { ...headers, 'x-request-id': id, 'content-length': Buffer.byteLength(body) })
      .end(body);
  }
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (text += part));
    request.on('end', () => resolve(text));
    request.on('error', reject);
  });
}
