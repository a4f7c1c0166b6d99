import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../core/problem.ts';
import type { Road } from '../../read/road.ts';
import { baseUrlOf } from '../http/base-url.ts';
import { answerOptions, CACHE_CONTROL, STANDING_HEADERS } from '../http/headers.ts';
import { goneSignal } from '../http/send.ts';

export const MCP_ROUTE = '/mcp';
const METHODS = 'POST';
/** The request headers of MCP, which scripts of other origins have to be allowed to send. */
const REQUEST_HEADERS = 'mcp-protocol-version, mcp-method, mcp-name, mcp-session-id';

export interface McpOptions {
  readonly road: Road;
  /** The public address of the API. If undefined, each request's own address is used. */
  readonly baseUrl: string | undefined;
}

/**
 * Registers `/mcp`, by which language models ask (Model Context Protocol, streamable HTTP). Each request stands alone:
 * there are no sessions and no streams, and it counts and costs like any other request.
 */
export function registerMcp(app: FastifyInstance, { road, baseUrl }: McpOptions): void {
  const allowed = `${STANDING_HEADERS['access-control-allow-headers']}, ${REQUEST_HEADERS}`;
  const own = { 'access-control-allow-headers': allowed, 'cache-control': CACHE_CONTROL.never };
  const headers = { ...STANDING_HEADERS, 'access-control-allow-methods': METHODS, ...own };
  answerOptions(app, MCP_ROUTE, METHODS, own);
  app.post(MCP_ROUTE, async (request: FastifyRequest, reply: FastifyReply) => {
    // Several calls in one request would go past the limits for requests. The protocol gave them up in 2025.
    if (Array.isArray(request.body))
      throw new Problem('invalid-request', 'One request has one message of MCP.');
    const base = baseUrlOf(request, baseUrl);
    const signal = goneSignal(request);
    // The SDK takes 28 MiB and 0.2 s to load: only who uses it pays for it.
    const { answerMcp } = await import('./server.ts');
    const context = { road, base, signal, log: request.log };
    const response = await answerMcp(webRequest(request, base, signal), request.body, context);
    const { connection: _connection, ...own } = Object.fromEntries(response.headers);
    const body = await response.text();
    // The SDK always says keep-alive, and a client that wants the connection closed would wait for that.
    return reply
      .code(response.status)
      .headers({ ...own, ...headers })
      .send(body === '' ? null : body);
  });
}

/** A request as web standards have it. */
function webRequest({ headers, bodyText }: FastifyRequest, base: string, signal: AbortSignal): Request {
  const given = new Headers();
  for (const [name, value] of Object.entries(headers))
    if (typeof value === 'string' && name !== 'content-length' && name !== 'host') given.set(name, value);
  return new Request(base + MCP_ROUTE, { method: 'POST', headers: given, body: bodyText, signal });
}
