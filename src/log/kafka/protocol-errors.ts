import { protocolErrors, protocolErrorsCodesById } from '@platformatic/kafka';
import { NotSentError, UnansweredError } from './broker.ts';

/** The error codes of Kafka's protocol that have a treatment of their own. */
export const CODE = {
  none: 0,
  outOfRange: 1,
  unknownTopic: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  messageTooLarge: 10,
  recordListTooLarge: 18,
  topicExists: 36,
} as const;

/** The codes of passing states: a leader changes, a broker starts or is slow. */
const PASSING = new Set([5, 6, 7, 8, 9, 13, 41, 56, 72, 74, 75, 76, 78, 84]);

/** The broker refused the request. */
export class RefusedError extends Error {
  readonly code: number;

  constructor(code: number, detail?: string | null) {
    const id = protocolErrorsCodesById[code];
    const known = id === undefined ? undefined : protocolErrors[id];
    super(
      `Kafka says ${id ?? `error ${code}`}: ${detail ?? known?.message ?? 'a newer error than is known here'}`,
    );
    this.code = code;
  }
}

/** @throws RefusedError unless the code is `none` */
export function assertNoCode(code: number, detail?: string | null): void {
  if (code !== CODE.none) throw new RefusedError(code, detail);
}

/** Tells whether a request may succeed when it is repeated. Only for requests that may be repeated. */
export function isPassing(error: unknown): boolean {
  if (error instanceof RefusedError) return PASSING.has(error.code);
  return error instanceof NotSentError || error instanceof UnansweredError;
}

export function isCode(error: unknown, ...codes: readonly number[]): boolean {
  return error instanceof RefusedError && codes.includes(error.code);
}
