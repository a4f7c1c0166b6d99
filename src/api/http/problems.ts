import type { FastifyBaseLogger } from 'fastify';
import { Problem, problemIn, PROBLEMS, type ProblemCode } from '../../core/problem.ts';
import { CACHE_CONTROL, STANDING_HEADERS } from './headers.ts';

/** The status that is counted if the client went away before its answer. nginx uses the same number. */
export const CLIENT_GONE = 499;

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** A problem as it is sent. */
export interface ProblemResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The problems that depend on the Accept header: with another one, there is an answer or a page. */
const VARYING: readonly ProblemCode[] = ['not-acceptable', 'no-route'];

/** Renders a problem by RFC 9457, with AQS's members in AQS's order, followed by Kraken's. */
export function problemResponse(problem: Problem, method: string, url: string): ProblemResponse {
  const { members, status, code } = problem;
  const body = {
    detail: problem.message,
    method: method.toLowerCase(),
    status,
    title: PROBLEMS[code].title,
    type: 'about:blank',
    uri: uriOf(url),
    code,
    ...(members.parameter === undefined ? {} : { parameter: members.parameter }),
    ...(members.allowed === undefined ? {} : { allowed: members.allowed }),
    ...(members.reason === undefined ? {} : { reason: members.reason }),
    ...(members.hint === undefined ? {} : { hint: members.hint }),
  };
  return {
    status,
    headers: {
      ...STANDING_HEADERS,
      'content-type': PROBLEM_TYPE,
      'cache-control': status === 404 && members.reason ? CACHE_CONTROL.notFound : CACHE_CONTROL.never,
      ...(members.retryAfterS === undefined ? {} : { 'retry-after': String(members.retryAfterS) }),
      ...(VARYING.includes(code) ? { vary: 'Accept' } : {}),
      ...(members.allow === undefined ? {} : { allow: members.allow.join(', ') }),
    },
    body: JSON.stringify(body),
  };
}

/** Returns the public path without `/api/rest_v1` and without the query, as AQS 2.0 does. */
function uriOf(url: string): string {
  const path = url.split('?', 1)[0] as string;
  return path.startsWith('/api/rest_v1/') ? path.slice('/api/rest_v1'.length) : path;
}

/** Converts a thrown value into a problem for the caller. A defect is `internal`; its text goes only to the log. */
export function problemOf(error: unknown): Problem {
  return (
    problemIn(error) ??
    fromFramework(error) ??
    new Problem('internal', 'Something went wrong here. The log has it under the request id.')
  );
}

/**
 * Logs why a request was not answered, if that isn't the caller's fault. What Kraken refuses on purpose, such as new
 * requests while it stops, is no failure.
 * @param about what the log says beside it
 */
export function logProblem(
  log: Pick<FastifyBaseLogger, 'error' | 'warn'>,
  error: unknown,
  problem: Problem,
  about: Readonly<Record<string, unknown>>,
): void {
  if (problem.status < 500) return;
  if (error instanceof Problem) log.warn({ ...about, detail: error.message }, 'request refused');
  else log.error({ ...about, err: error }, 'request failed');
}

/** Returns the problem of a path segment that is longer than any value. */
export function partTooLong(): Problem {
  return new Problem('too-large', 'A part of the path is too long.');
}

/** Converts an error of fastify or of Node's HTTP parser, by its code. */
function fromFramework(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
  switch (error.code) {
    case 'FST_ERR_BAD_URL':
      return new Problem('invalid-request', 'The URL is malformed.');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return partTooLong();
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('too-large', 'The body is too large.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('unsupported-media-type', 'The body should be JSON.', {
        allowed: ['application/json'],
      });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem('invalid-request', 'The body is not valid JSON.');
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers-too-large', 'The request line and headers are too long.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request-timeout', 'The request did not arrive in time.');
    default:
      if (error.code.startsWith('HPE_'))
        return new Problem('invalid-request', 'This is not a well-formed HTTP request.');
      return status === 400 ? new Problem('invalid-request', 'The request is malformed.') : undefined;
  }
}
