import proxyAddr from '@fastify/proxy-addr';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
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
  readonly log: FastifyBaseLogger;
  readonly socket: Socket;
}

/** Sends the answer before it returns or resolves. What it throws is sent as a problem. */
export type DirectHandler = (request: PlainRequest, response: ServerResponse) => void | Promise<void>;

interface Direct {
  readonly handler: DirectHandler;
  readonly takes: ((request: IncomingMessage) => boolean) | undefined;
}

/**
 * Answers a GET or HEAD request whose URL begins with a prefix.
 * @returns true if the answer is sent, a promise if it will be; false leaves the request to fastify, and nothing was sent
 * @throws at once or later; what it throws is sent as a problem
 */
export type PrefixHandler = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<void>;

interface Prefix {
  readonly prefix: string;
  /** Their route of fastify, which answers what is left to it. */
  readonly route: string;
  readonly handler: PrefixHandler;
}

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
  readonly #handlers = new Map<string, Direct>();
  readonly #prefixes: Prefix[] = [];
  #isClosing = false;

  constructor(parts: DirectParts) {
    this.#parts = parts;
    const { trustedProxies } = parts;
    this.#trusts = trustedProxies.length > 0 ? proxyAddr.compile([...trustedProxies]) : undefined;
  }

  /** @param takes whether it can answer a request, of which only the head is there; without it, it can answer any */
  add(method: 'GET' | 'POST', path: string, handler: DirectHandler, takes?: Direct['takes']): void {
    this.#handlers.set(`${method} ${path}`, { handler, takes });
  }

  /** Has a handler answer all URLs that begin with a prefix. */
  addPrefix(prefix: Prefix): void {
    this.#prefixes.push(prefix);
  }

  /** Leaves all further requests to fastify, which closes their connections. */
  close(): void {
    this.#isClosing = true;
  }

  /** Answers a request if a direct route can. @returns false if it is left to fastify */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '', headers } = request;
    for (const prefix of this.#prefixes)
      if (url.startsWith(prefix.prefix)) return this.#answerPrefix(prefix, request, response);
    const end = url.indexOf('?');
    const path = end === -1 ? url : url.slice(0, end);
    const direct = this.#handlers.get(`${method} ${path}`);
    if (!direct || this.#isClosing || headers.host === undefined) return false;
    if (headers['transfer-encoding'] !== undefined) return false;
    if (Number(headers['content-length'] ?? 0) > this.#parts.maxBodyBytes) return false;
    if (direct.takes?.(request) === false) return false;
    void this.#run(direct.handler, path, request, response);
    return true;
  }

  #answerPrefix({ handler, route }: Prefix, request: IncomingMessage, response: ServerResponse): boolean {
    const { admission, telemetry } = this.#parts;
    const { method, headers } = request;
    if ((method !== 'GET' && method !== 'HEAD') || this.#isClosing || headers.host === undefined)
      return false;
    const client = this.#clientOf(request);
    // Whoever has too many is told so by fastify.
    if (!admission.hasRoom(client)) return false;
    const started = performance.now();
    const answered = this.#tried(handler, request, response);
    if (answered === false) return false;
    if (answered === true && isSent(response)) {
      telemetry.answered(route, response.statusCode, (performance.now() - started) / 1000);
      return true;
    }
    admission.enter(client);
    this.#atClose(route, response, started, () => admission.leave(client));
    if (answered !== true) answered.catch((error: unknown) => this.#sendProblem(error, request, response));
    return true;
  }

  #tried(
    handler: PrefixHandler,
    request: IncomingMessage,
    response: ServerResponse,
  ): boolean | Promise<void> {
    try {
      return handler(request, response);
    } catch (error) {
      this.#sendProblem(error, request, response);
      return true;
    }
  }

  async #run(
    handler: DirectHandler,
    route: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { admission, logger: log } = this.#parts;
    const { method = '', url = '', headers } = request;
    let client: string | undefined;
    this.#atClose(route, response, performance.now(), () => {
      if (client !== undefined) admission.leave(client);
    });
    try {
      const ip = this.#clientOf(request);
      admission.enter(ip);
      client = ip;
      const body = headers['content-length'] === undefined ? '' : await bodyOf(request);
      const { socket } = request;
      await handler({ method, url, headers, ip, body, log, socket }, response);
    } catch (error) {
      this.#sendProblem(error, request, response);
    }
  }

  /** Counts an answer when it has been sent, or when the connection ends before that. */
  #atClose(route: string, response: ServerResponse, started: number, leave: () => void): void {
    response.once('close', () => {
      leave();
      const status = response.writableFinished ? response.statusCode : CLIENT_GONE;
      this.#parts.telemetry.answered(route, status, (performance.now() - started) / 1000);
    });
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

/** Whether the system has taken over all of an answer that has ended, so that nothing is left to wait for. */
function isSent({ socket }: ServerResponse): boolean {
  return socket !== null && !socket.destroyed && socket.writableLength === 0;
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
