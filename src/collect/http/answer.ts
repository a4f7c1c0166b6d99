import type { ServerResponse } from 'node:http';
import type { PlainRequest } from '../../api/http/direct.ts';
import { PIXEL } from '../pixel.ts';

export interface CollectAnswer {
  readonly status: number;
  /** The reason phrase, if it says more than the status. */
  readonly message?: string;
  readonly type?: string;
  readonly body?: string | Buffer;
}

export const PIXEL_ANSWER: CollectAnswer = { status: 200, type: 'image/gif', body: PIXEL };
export const NO_CONTENT: CollectAnswer = { status: 204 };

/** Answers a sender. A page of any origin may send, and read the answer. */
export function answer(request: PlainRequest, response: ServerResponse, given: CollectAnswer): void {
  const { status, message, type, body = '' } = given;
  const headers: string[] = ['cache-control', 'no-store', 'x-content-type-options', 'nosniff'];
  if (type !== undefined) headers.push('content-type', type);
  if (status !== 204) headers.push('content-length', String(Buffer.byteLength(body)));
  for (const [name, value] of Object.entries(originHeaders(request))) headers.push(name, value);
  if (message === undefined) response.writeHead(status, headers);
  else response.writeHead(status, message, headers);
  response.end(status === 204 ? undefined : body);
}

/**
 * Returns headers that let the sending page read the answer. Trackers send with credentials, for which `*` isn't
 * allowed. No answer depends on credentials.
 */
export function originHeaders({
  headers: { origin },
}: Pick<PlainRequest, 'headers'>): Record<string, string> {
  if (origin === undefined) return { 'access-control-allow-origin': '*' };
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'retry-after',
    vary: 'Origin',
  };
}
