import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Compressor } from '../api/conditional.ts';
import { sendRendered } from '../api/send.ts';
import { madeNow, type Rendered } from '../read/answer-cache.ts';
import type { Assets } from './assets.ts';
import { pageHeaders } from './headers.ts';
import { renderPage, type Page } from './page.ts';

export const HTML_TYPE = 'text/html; charset=utf-8';

/** Sends a page as answers are sent: with an ETag, compressed, kept for a minute. */
export type SendPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  page: Page,
  status?: 200 | 404,
) => Promise<FastifyReply>;

/** How pages are sent, but for the explorer's and frames. */
export function pageSender(assets: Assets, compressor: Compressor): SendPage {
  return async (request, reply, page, status = 200) => {
    const body = Buffer.from(renderPage(page, assets).text);
    // Programs are told of a 404 otherwise.
    const rendered: Rendered = {
      ...madeNow(body, HTML_TYPE, false),
      ...(status === 404 || page.negotiated ? { negotiated: true } : {}),
    };
    return sendRendered(request, reply, rendered, compressor, { status, headers: pageHeaders(page.policy) });
  };
}

/** Whether somebody looks at the answer: a browser that follows a link says so, unless the URL says JSON. */
export function wantsPage(request: FastifyRequest): boolean {
  const { format } = request.query as { readonly format?: unknown };
  return format !== 'json' && (request.headers.accept?.includes('text/html') ?? false);
}
