import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Compressor } from '../api/http/conditional.ts';
import { preferenceAmong } from '../api/http/negotiate.ts';
import { PROBLEM_TYPE } from '../api/http/problems.ts';
import { sendRendered } from '../api/http/send.ts';
import { FORMATS } from '../formats/formats.ts';
import { madeNow } from '../read/answer-cache.ts';
import type { Assets } from './assets.ts';
import { pageHeaders } from './headers.ts';
import { renderPage, type Page } from './page.ts';

export const HTML_TYPE = 'text/html; charset=utf-8';

/** Sends a page like an answer: with an ETag, compressed, and cacheable for a minute. */
export type SendPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  page: Page,
  status?: 200 | 404,
) => Promise<FastifyReply>;

export interface SenderOptions {
  readonly assets: Assets;
  readonly compressor: Compressor;
  /** The public address of the instance. */
  readonly baseOf: (request: FastifyRequest) => string;
  /** The picture of pages that have none of their own. */
  readonly pictureOf: () => string | undefined;
}

/** Returns a function that sends pages, except the explorer and frames. */
export function pageSender({ assets, compressor, baseOf, pictureOf }: SenderOptions): SendPage {
  return async (request, reply, page, status = 200) => {
    // Most pages ignore their query; those that don't are one page to those who look for pages.
    const url = new URL(request.originalUrl, 'http://host').pathname;
    const shared = 'picture' in page ? page : { ...page, picture: pictureOf() };
    const body = Buffer.from(renderPage(shared, assets, { base: baseOf(request), url }).text);
    const rendered = { ...madeNow(body, HTML_TYPE), ...(page.isLive && { isLive: page.isLive }) };
    return sendRendered(request, reply, rendered, compressor, {
      status,
      // Programs get another body for a 404.
      negotiated: status === 404 || page.negotiated === true,
      headers: pageHeaders(page.policy),
    });
  };
}

const programsOrPeople = preferenceAmong([FORMATS.json.type, PROBLEM_TYPE, HTML_TYPE]);

/**
 * Whether the client prefers a page to JSON, as a browser does when it follows a link. `format=json` in the
 * URL overrides this.
 */
export function wantsPage({ headers: { accept }, query }: FastifyRequest): boolean {
  const { format } = query as { readonly format?: unknown };
  return format !== 'json' && programsOrPeople(accept) === HTML_TYPE;
}
