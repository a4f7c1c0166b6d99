import { createHash, hash } from 'node:crypto';
import { LONGEST_ID } from '../limits.ts';
import type { LoggedRequest } from './format.ts';
import { LONGEST_LINE, type Line } from './line-cutter.ts';

const NEWLINE = 0x0a;

/**
 * What a log is, whatever it is called and however it is packed: a digest of its first line. It is the
 * same when the log grows, is renamed, packed or copied, and another one when it begins anew.
 * @param head what the log begins with, `LONGEST_LINE` bytes where it has so many
 * @param isFinished whether its first line gets no end any more
 * @returns undefined while the first line has no end, and may get one
 */
export function identityOf(head: Buffer, isFinished = false): string | undefined {
  const end = head.indexOf(NEWLINE);
  const isWhole = end >= 0 || head.length >= LONGEST_LINE || (isFinished && head.length > 0);
  if (!isWhole) return undefined;
  const line = head.subarray(0, Math.min(end < 0 ? head.length : end, LONGEST_LINE));
  return createHash('sha256').update(line).digest('base64url').slice(0, 16);
}

/**
 * The id of a line: where it stands in which log. Logs of two servers may begin with the same line, of the
 * same second: what the line says tells them apart.
 */
export function idOfLine(identity: string, { at, text }: Line): string {
  return `${identity}.${at}.${hash('sha1', text, 'base64url').slice(0, 8)}`;
}

/**
 * The id of a request that its server has numbered, in whichever log it stands: host, process, number
 * and, as a server may begin to count anew, time. undefined where it isn't numbered.
 */
export function idOfRequest({ hostname, server_pid, sequence, dt }: LoggedRequest): string | undefined {
  if (hostname === undefined || hostname === '-' || sequence === undefined) return undefined;
  const id = [hostname, ...(server_pid === undefined ? [] : [server_pid]), sequence, dt].join('/');
  return id.length <= LONGEST_ID ? id : createHash('sha256').update(id).digest('base64url');
}
