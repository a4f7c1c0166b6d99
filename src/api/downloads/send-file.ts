import { pipeline } from 'node:stream/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS, Problem } from '../../core/problem.ts';
import type { MadeFile } from '../../downloads/made-files.ts';
import { matches } from '../http/conditional.ts';
import { CACHE_CONTROL, STANDING_HEADERS } from '../http/headers.ts';
import { problemResponse } from '../http/problems.ts';
import { contentRange, partOf } from '../http/range.ts';

export interface FileHeaders {
  readonly type: string;
  readonly disposition: string;
  /** Whether the file depends on the Accept header. */
  readonly negotiated: boolean;
}

/**
 * Sends a file or a range of its bytes, as fast as the client takes them, and closes it. A failure while it is sent breaks the
 * connection, so that no client takes a part for the whole.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { handle, bytes, digest }: MadeFile,
  { type, disposition, negotiated }: FileHeaders,
): Promise<FastifyReply> {
  const etag = `"${digest}"`;
  const { headers, method } = request;
  const part = partOf(headers, bytes, etag);
  const known = matches(headers['if-none-match'], etag);
  const about = {
    ...STANDING_HEADERS,
    'access-control-expose-headers': 'accept-ranges, content-length, content-range, etag',
    'cache-control': CACHE_CONTROL.open,
    'accept-ranges': 'bytes',
    ...(negotiated ? { vary: 'Accept' } : {}),
    etag,
  };
  const { raw } = reply.hijack();
  if (!known && part === 'none') {
    await handle.close();
    const problem = new Problem('range-not-satisfiable', `The file has ${bytes} bytes.`);
    const { body, headers: own } = problemResponse(problem, method, request.originalUrl);
    raw.writeHead(PROBLEMS[problem.code].status, {
      ...about,
      ...own,
      'content-range': contentRange(part, bytes),
    });
    raw.end(body);
    return reply;
  }
  const { start, end } = part === undefined || part === 'none' ? { start: 0, end: bytes } : part;
  const status = known ? 304 : part === undefined ? 200 : 206;
  raw.writeHead(status, {
    ...about,
    'content-type': type,
    'content-disposition': disposition,
    ...(known ? {} : { 'content-length': String(end - start) }),
    ...(status === 206 ? { 'content-range': contentRange({ start, end }, bytes) } : {}),
  });
  if (known || method === 'HEAD' || bytes === 0) {
    await handle.close();
    raw.end();
    return reply;
  }
  const stream = handle.createReadStream({ start, end: end - 1, highWaterMark: 256 * 1024 });
  // A client that leaves is no failure, and nobody is left to be told of another one.
  await pipeline(stream, raw).catch(() => raw.destroy());
  return reply;
}
