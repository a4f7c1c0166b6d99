import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';

import { didYouMean } from '../core/value/nearest.ts';
import { Problem } from '../core/problem.ts';
import { DirectRoutes, type Server } from './http/direct.ts';
import { isHost } from './http/base-url.ts';
import { STANDING_HEADERS } from './http/headers.ts';
import { type Admission, Admitted } from './http/admission.ts';
import { CLIENT_GONE, logProblem, partTooLong, problemOf, problemResponse } from './http/problems.ts';
import { rewriteDatafileUrl } from './limn/datafiles.ts';
import { readBodies } from './http/request-json.ts';
import { rewriteMetricUrl } from './rest/metrics.ts';
import type { Telemetry } from './http/telemetry.ts';

/** The maximum length of a path parameter, in characters. It may hold a whole question with escaped texts. */
const MAX_PARAMETER = 8000;
/** The maximum number of routes that a hint names for a path that is only the beginning of routes. */
const MAX_HINTED_ROUTES = 5;

export interface ServerOptions {
  readonly logger: FastifyBaseLogger;
  readonly telemetry: Telemetry;
  readonly maxBodyBytes: number;
  readonly admission: Admission;
  readonly trustedProxies: readonly string[];
}

/**
 * Builds an HTTP server without routes. Every error is problem+json, also fastify's and Node's own. Every
 * path answers OPTIONS, and answers 405 to methods that it doesn't have.
 */
export function buildServer(options: ServerOptions): Server {
  const { logger, telemetry, admission } = options;
  const methods = new Map<string, Set<string>>();
  const patterns = new Map<string, RegExp>();
  let requests = 0;
  const newRequestId = (): string => `req-${(++requests).toString(36)}`;
  const app = Fastify({
    loggerInstance: logger,
    genReqId: newRequestId,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    bodyLimit: options.maxBodyBytes,
    rewriteUrl: (request) => rewriteDatafileUrl(rewriteMetricUrl(pathOf(request))),
    routerOptions: { maxParamLength: MAX_PARAMETER },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    clientErrorHandler: answerClientError,
    requestTimeout: 30_000,
    // A stop waits for running requests, but not for idle connections.
    forceCloseConnections: 'idle',
    // Node's own refusal would have no body, so a hook checks the header.
    http: { requireHostHeader: false },
  });
  // Expectations other than 100-continue are ignored; Node's refusal would have no body.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  const direct = new DirectRoutes({ ...options, newRequestId });
  app.addHook('preClose', (done) => {
    direct.close();
    done();
  });
  let isDraining = false;
  const [byFastify] = app.server.listeners('request') as RequestListener[];
  app.server.removeAllListeners('request');
  app.server.on('request', (request, response) => {
    // The answer says that it is the last one of its connection.
    if (isDraining) response.shouldKeepAlive = false;
    if (!direct.answer(request, response)) byFastify?.(request, response);
  });
  app.decorateRequest('admitted', null);
  app.decorateRequest('bodyText', '');
  app.addHook('onRequest', (request, reply, done) => {
    const admitted = new Admitted(admission, request.ip);
    request.admitted = admitted;
    // `close` comes after the answer, or when the connection ends before it.
    reply.raw.once('close', () => admitted.leave());
    done();
  });
  // RFC 9112, 3.2. Behind trusted proxies, it is the X-Forwarded-Host header.
  app.addHook('onRequest', ({ raw: { httpVersion, headers }, host }, _reply, done) => {
    if (host === '' && headers.host === undefined && httpVersion !== '1.1') done();
    else if (isHost(host)) done();
    else {
      const wrong = headers.host === undefined ? 'missing' : 'not a valid host';
      done(new Problem('invalid-request', `The Host header is ${wrong}.`));
    }
  });

  // Bodies are JSON; fastify would also accept plain text.
  app.removeContentTypeParser('text/plain');
  readBodies(app, JSON.parse);
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set<string>();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
    const pattern = patternOf(url);
    if (pattern) patterns.set(url, pattern);
  });
  app.addHook('onResponse', (request, reply, done) => {
    // Those who listen stay for minutes, and are counted by themselves.
    if (request.admitted?.isLong !== true)
      telemetry.answered(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const path = (request.url.split('?', 1)[0] as string) || '/';
    const known = methodsOf(path);
    if (!known) return sendProblem(noRoute(path, methods.keys()), request, reply);
    // The method exists, so the router skipped the route because of a long parameter.
    if (known.has(request.method)) return sendProblem(partTooLong(), request, reply);
    const allow = [...new Set([...known, 'OPTIONS'])].filter((method) => method !== '').sort();
    if (request.method === 'OPTIONS') {
      return reply.headers({ ...STANDING_HEADERS, allow: allow.join(', ') }).send();
    }
    const detail = `${request.method} is not a method of this path; it allows ${allow.join(', ')}.`;
    return sendProblem(new Problem('method-not-allowed', detail, { allow, allowed: allow }), request, reply);
  });
  return { app, direct, drain: () => void (isDraining = true) };

  /** Returns the methods of a path; undefined if the path doesn't exist. */
  function methodsOf(path: string): ReadonlySet<string> | undefined {
    const exact = methods.get(path);
    if (exact) return exact;
    const route = [...patterns].find(([, pattern]) => pattern.test(path));
    return route && methods.get(route[0]);
  }

  function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    // The client went away, which stopped the read: nothing failed.
    if (reply.raw.destroyed) return reply.code(CLIENT_GONE).send();
    const problem = problemOf(error);
    logProblem(request.log, error, problem, { url: request.originalUrl });
    const { status, headers, body } = problemResponse(problem, request.method, request.originalUrl);
    return reply
      .code(status)
      .headers({ ...headers, 'x-request-id': request.id })
      .send(body);
  }
}

/** Returns a request's path and query. Some proxies send an absolute URL (RFC 9112, 3.2.2); it is cut to the path here. */
function pathOf(request: IncomingMessage & { originalUrl?: string }): string {
  const url = request.url ?? '/';
  if (url.startsWith('/')) return url;
  const path = url.replace(/^https?:\/\/[^/?]*/i, '');
  if (path === url) return url;
  return (request.originalUrl = path.startsWith('/') ? path : `/${path}`);
}

/** Returns the pattern of a route with parameters; undefined for other routes and for the fallback route. */
function patternOf(route: string): RegExp | undefined {
  if (route === '/*' || !/[:*]/.test(route)) return undefined;
  const source = route.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+').replace('*', '.+');
  return new RegExp(`^${source}$`);
}

/** Returns the problem of an unknown path. @param routes all routes, also patterns */
function noRoute(path: string, routes: Iterable<string>): Problem {
  const firstPart = (route: string): string => route.split('/', 2).join('/');
  const all = [...routes];
  const plain = all.filter((route) => !/[:*]/.test(route));
  const begun = all.filter((route) => route.startsWith(`${path.replace(/\/+$/, '')}/`));
  const hint =
    begun.length > 0
      ? `There are ${begun.slice(0, MAX_HINTED_ROUTES).join(', ')}.`
      : (didYouMean(path, plain) ?? didYouMean(firstPart(path), new Set(all.map(firstPart))));
  return new Problem('no-route', 'invalid route', hint === undefined ? {} : { hint });
}

/** Answers a request that Node's parser refused. It never becomes a request, so the answer is written to the socket. */
function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const known = problemOf(error);
  const problem =
    known.code === 'internal'
      ? new Problem('invalid-request', 'This is not a well-formed HTTP request.')
      : known;
  const { status, headers, body } = problemResponse(problem, 'none', '');
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  });
  socket.end(
    `HTTP/1.1 ${status} ${problem.code}\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`,
  );
}
