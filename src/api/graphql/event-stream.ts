import { ENDS } from '../listen/ends.ts';
import { SSE, withoutLineEnds, type Writing } from '../listen/frames.ts';

/** Nothing more comes, and the client doesn't come back. EventSource gives no event without the line of data. */
const COMPLETE = 'event: complete\ndata: \n\n';

/**
 * The protocol of graphql-sse, with one connection for each operation. It has two events: `next` with a result, and
 * `complete`. Its client fails on any other, so a heartbeat is a comment, and so is the reason of an end after which
 * clients come back.
 */
export const GRAPHQL_SSE: Writing = {
  name: 'graphql-sse',
  type: SSE.type,
  event: (_type, data) => `event: next\ndata: ${withoutLineEnds(data)}\n\n`,
  heartbeat: () => ':\n\n',
  end: (reason, retryMs) =>
    reason === 'gone' ? COMPLETE : `: ${reason}. ${ENDS[reason]}\nretry: ${retryMs}\n\n`,
};

/** The whole stream of an operation with one result. @param result JSON */
export function streamOfOne(result: string): string {
  return GRAPHQL_SSE.event('next', result) + COMPLETE;
}
