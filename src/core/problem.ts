import { EngineError } from './engine-error.ts';

/** A value without rows, and what was found instead. */
export interface NamesFound {
  readonly dimension: string;
  readonly value: string;
  /** Where it was looked up: `en.wikipedia`; empty for everywhere. */
  readonly among: string;
  /** Whether it has rows in some other range. */
  readonly isStored: boolean;
  /** If it is stored: the other grains in which the same series has rows in the range; undefined if unknown. */
  readonly grains?: readonly string[];
  /** If it is a list with commas whose values are all stored: those values. */
  readonly several?: readonly string[];
  /** Suggestions: similar values, the nearest first. */
  readonly near: readonly string[];
  /** All loaded values of a scope dimension; undefined for other dimensions. */
  readonly loaded?: readonly string[];
}

/** Every kind of problem, by the code that programs test. The detail is given where it is thrown. */
export const PROBLEMS = {
  'invalid-parameter': {
    status: 400,
    title: 'Bad Request',
    doc: 'A parameter has a value that is not allowed. `parameter` names it; `allowed` lists or describes the allowed values.',
  },
  'unknown-parameter': {
    status: 400,
    title: 'Bad Request',
    doc: 'There is no such query parameter. Unknown parameters are refused on URLs that use Kraken’s own options.',
  },
  'invalid-range': {
    status: 400,
    title: 'Bad Request',
    doc: 'There is no period between the start and the end, or the range is too long.',
  },
  'too-many-points': {
    status: 400,
    title: 'Bad Request',
    doc: 'A request for several series costs more points (periods x series x measures) than one request may cost.',
  },
  'invalid-request': {
    status: 400,
    title: 'Bad Request',
    doc: 'The request is malformed, so its parameters cannot be read.',
  },
  'not-found': {
    status: 404,
    title: 'Not Found',
    doc: 'There are no rows. `reason` is `not-loaded` if nothing is loaded, `outside-coverage` if the range lies outside of what is loaded, and `no-rows` if it is loaded and has no rows.',
  },
  'no-route': { status: 404, title: 'Not Found', doc: 'There is nothing at this path.' },
  'method-not-allowed': {
    status: 405,
    title: 'Method Not Allowed',
    doc: 'The path does not support this method. The Allow header lists those that it supports.',
  },
  'not-acceptable': {
    status: 406,
    title: 'Not Acceptable',
    doc: 'The Accept header allows none of the media types that the answer can have; `allowed` lists them. URLs under /metrics answer with JSON instead, as AQS does.',
  },
  'too-large': {
    status: 413,
    title: 'Content Too Large',
    doc: 'The body or a part of the path is longer than the limit, or a file for download would be larger.',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'Range Not Satisfiable',
    doc: 'The Range header asks for bytes beyond the end of the file. Content-Range says how many there are.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request Timeout',
    doc: 'The request did not arrive completely in time.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Request Header Fields Too Large',
    doc: 'The request line and headers are longer than the limit.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too Many Requests',
    doc: 'The client has too many requests under way. Retry-After says when to try again.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported Media Type',
    doc: 'The media type of the body is not supported.',
  },
  internal: {
    status: 500,
    title: 'Internal Server Error',
    doc: 'A defect of the server. It is logged with the request id.',
  },
  unavailable: {
    status: 503,
    title: 'Service Unavailable',
    doc: 'The engine that holds the data does not answer in time and no earlier answer is cached, or the server has too many requests under way. Retry-After says when to try again.',
  },
} as const satisfies Record<string, { status: number; title: string; doc: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export type NotFoundReason = 'not-loaded' | 'outside-coverage' | 'no-rows';

export interface ProblemMembers {
  /** The wrong parameter, named as in the URL. */
  readonly parameter?: string;
  /** The values that it takes, as a list or in words. */
  readonly allowed?: readonly string[] | string;
  readonly reason?: NotFoundReason;
  /** What to do about it: the value that was most likely meant, the loaded dates, or the missing part. */
  readonly hint?: string;
  /** The values without rows and suggestions for them, for pages that show links. */
  readonly names?: readonly NamesFound[];
  /** The seconds to wait before trying again. */
  readonly retryAfterS?: number;
  /** The methods that the path supports. */
  readonly allow?: readonly string[];
}

/** An error that is shown to the caller. The text of any other error never leaves the process. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly members: ProblemMembers;

  constructor(code: ProblemCode, detail: string, members: ProblemMembers = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.members = members;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** AQS's detail of a 404 for data, word for word. @param subject the thing that may not be loaded */
export function noDataDetail(subject: string): string {
  return `The date(s) you used are valid, but we either do not have data for those date(s), or the ${subject} you asked for is not loaded yet. Please check documentation for more information`;
}

/** The same problem with another hint, unless that is undefined. */
export function withHint(problem: Problem, hint: string | undefined): Problem {
  if (hint === undefined) return problem;
  return new Problem(problem.code, problem.message, { ...problem.members, hint });
}

/** A problem as one message for people: the detail and the hint, or only the hint if it says it all. */
export function problemInWords({ code, message, members: { hint } }: Problem): string {
  if (hint === undefined) return message;
  return code === 'not-found' || message === 'invalid route'
    ? hint
    : `${message.replace(/[.:]?$/, '.')} ${hint}`;
}

/** The problem of a parameter whose value isn't allowed. */
export function invalidParameter(
  parameter: string,
  detail: string,
  allowed?: readonly string[] | string,
  hint?: string,
): Problem {
  return new Problem('invalid-parameter', detail, {
    parameter,
    ...(allowed === undefined ? {} : { allowed }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The result of `make`; undefined if it throws a Problem, or an error of one of the given kinds. */
export function unlessProblem<T>(
  make: () => T,
  ...kinds: readonly (new (...args: never[]) => Error)[]
): T | undefined {
  try {
    return make();
  } catch (error) {
    if ([Problem, ...kinds].some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

/**
 * The problem that an error means for the caller; undefined for a defect. An error of an engine becomes
 * `unavailable`.
 */
export function problemIn(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof EngineError)) return undefined;
  return new Problem('unavailable', 'The data can’t be read at the moment. Try again in a few seconds.', {
    retryAfterS: 5,
  });
}
