import { createHash, hash } from 'node:crypto';
import { LONGEST_ID } from '../limits.ts';
import type { LoggedRequest } from './format.ts';
import { LONGEST_LINE, type Line } from './line-cutter.ts';

const NEWLINE = 0x0a;

/**
 * Returns the identity of a log: a digest of its first line. It stays the same when the log grows or is renamed,
 * packed or copied. A log that starts again has another one.
 * @param head the beginning of the log, up to `LONGEST_LINE` bytes
 * @param isFinished whether nobody writes to the log any more
 * @returns undefined if the first line is incomplete and may still be written
 */
export function identityOf(head: Buffer, isFinished = false): string | undefined {
  const end = head.indexOf(NEWLINE);
  const isWhole = end >= 0 || head.length >= LONGEST_LINE || (isFinished && head.length > 0);
  if (!isWhole) return undefined;
  const line = head.subarray(0, Math.min(end < 0 ? head.length : end, LONGEST_LINE));
  return createHash('sha256').update(line).digest('base64url').slice(0, 16);
}

/**
 * Returns the id of a line, made of the log's identity, the offset and the text. The text is included because the
 * logs of two servers may begin with the same line.
 */
export function idOfLine(identity: string, { at, text }: Line): string {
  return `${identity}.${at}.${hash('sha1', text, 'base64url').slice(0, 8)}`;
}

/**
 * Returns the id of a request that its server has numbered, which is the same in every log: host, process and number,
 * and the time, because a server may start to count again. undefined if the request has no number.
 */
export function idOfRequest({ hostname, server_pid, sequence, dt }: LoggedRequest): string | undefined {
  if (hostname === undefined || hostname === '-' || sequence === undefined) return undefined;
  const id = [hostname, ...(server_pid === undefined ? [] : [server_pid]), sequence, dt].join('/');
  return id.length <= LONGEST_ID ? id : createHash('sha256').update(id).digest('base64url');
}
