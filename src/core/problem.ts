import { EngineError } from './engine-error.ts';

/** A value of which nothing was found, and what was found instead of it. */
export interface NamesFound {
  readonly dimension: string;
  readonly value: string;
  /** In what it was looked for: `en.wikipedia`; empty for everywhere. */
  readonly among: string;
  /** Whether something is stored under it, in whatever range. */
  readonly isStored: boolean;
  /**
   * Of one that is stored: the grains, other than the one that is read, in which just these series have
   * numbers in the range; undefined where nobody looked.
   */
  readonly grains?: readonly string[];
  /** Of one with commas in it: the values between them, where each is stored. */
  readonly several?: readonly string[];
  /** The names that were most likely meant, the nearest first. */
  readonly near: readonly string[];
  /** All the values that are loaded, of a dimension by which data come in; undefined of others. */
  readonly loaded?: readonly string[];
}

/**
 * Everything that can go wrong with a request, in one table. `code` is what programs test,
 * `title` what people read first; the detail of each occurrence is said where it is thrown.
 */
export const PROBLEMS = {
  'invalid-parameter': {
    status: 400,
    title: 'Bad Request',
    doc: 'A parameter has a value that is not allowed; `parameter` names it, `allowed` lists or describes what is.',
  },
  'unknown-parameter': {
    status: 400,
    title: 'Bad Request',
    doc: 'A query parameter does not exist, on a URL that uses options of ours.',
  },
  'invalid-range': {
    status: 400,
    title: 'Bad Request',
    doc: 'The start and end name no period that can be answered.',
  },
  'too-many-points': {
    status: 400,
    title: 'Bad Request',
    doc: 'A request for several series costs more points (periods x series x measures) than one request may.',
  },
  'invalid-request': {
    status: 400,
    title: 'Bad Request',
    doc: 'The request is malformed before any parameter of it can be read.',
  },
  'not-found': {
    status: 404,
    title: 'Not Found',
    doc: 'There are no rows; `reason` says whether the data is not-loaded, the range lies outside-coverage, or there are no-rows in it.',
  },
  'no-route': { status: 404, title: 'Not Found', doc: 'The path names nothing that is served here.' },
  'method-not-allowed': {
    status: 405,
    title: 'Method Not Allowed',
    doc: 'The path exists, but not for this method; the Allow header lists those it has.',
  },
  'not-acceptable': {
    status: 406,
    title: 'Not Acceptable',
    doc: 'The Accept header wants none of the forms that the answer can have; `allowed` lists them. URLs under /metrics answer with JSON instead, as AQS does.',
  },
  'too-large': {
    status: 413,
    title: 'Content Too Large',
    doc: 'The body, or a part of the path, is longer than the limit.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request Timeout',
    doc: 'The request did not arrive whole in time.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Request Header Fields Too Large',
    doc: 'The request line and headers are longer than the limit.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too Many Requests',
    doc: 'One client has more requests under way than it may have. Retry-After says when to come back.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported Media Type',
    doc: 'The body is of a media type that is not read here.',
  },
  internal: {
    status: 500,
    title: 'Internal Server Error',
    doc: 'A defect of the server. The log has it under the request id.',
  },
  unavailable: {
    status: 503,
    title: 'Service Unavailable',
    doc: 'The engine that holds the data does not answer in time, and no earlier answer is kept; or more requests are under way than can be answered. Retry-After says when to come back.',
  },
} as const satisfies Record<string, { status: number; title: string; doc: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Why a question has no rows. */
export type NotFoundReason = 'not-loaded' | 'outside-coverage' | 'no-rows';

export interface ProblemMembers {
  /** The parameter at fault, named as in the URL. */
  readonly parameter?: string;
  /** The values, or a sentence on the values, that it takes. */
  readonly allowed?: readonly string[] | string;
  readonly reason?: NotFoundReason;
  /** What to do about it, in words: what was most likely meant, what is loaded, what is missing. */
  readonly hint?: string;
  /** The values of which nothing was found, with those that may have been meant: for who offers them as links. */
  readonly names?: readonly NamesFound[];
  /** Seconds after which the same request may be answered. */
  readonly retryAfterS?: number;
  /** The methods that the path has. */
  readonly allow?: readonly string[];
}

/** What the caller is told. Nothing else that is thrown ever leaves the process as text. */
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

/** AQS: the detail of a 404 for data, word for word. @param subject what may not be loaded */
export function noDataDetail(subject: string): string {
  return `The date(s) you used are valid, but we either do not have data for those date(s), or the ${subject} you asked for is not loaded yet. Please check documentation for more information`;
}

/** The same problem with another hint, where there is one that tells more. */
export function withHint(problem: Problem, hint: string | undefined): Problem {
  if (hint === undefined) return problem;
  return new Problem(problem.code, problem.message, { ...problem.members, hint });
}

/**
 * A problem for people, in one message: its hint, where that says all of it better than its detail,
 * else both.
 */
export function problemInWords({ code, message, members: { hint } }: Problem): string {
  if (hint === undefined) return message;
  return code === 'not-found' || message === 'invalid route'
    ? hint
    : `${message.replace(/[.:]?$/, '.')} ${hint}`;
}

/** One parameter has a value that it can't have. */
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

/** What is made; undefined where a Problem prevents it, or an error of another one of these kinds. */
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

/** What an error says to the caller: a problem is one, and an engine that fails is away; undefined for a defect. */
export function problemIn(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof EngineError)) return undefined;
  return new Problem('unavailable', 'The data can’t be read at the moment. Try again in a few seconds.', {
    retryAfterS: 5,
  });
}
