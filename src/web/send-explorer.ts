import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Compressor } from '../api/http/conditional.ts';
import { CACHE_CONTROL } from '../api/http/headers.ts';
import { goneSignal, sendRendered } from '../api/http/send.ts';
import type { Problem } from '../core/problem.ts';
import type { Clock } from '../core/time/time.ts';
import { cachedCopy, madeNow, type Rendered } from '../read/answer-cache.ts';
import type { Road } from '../read/road.ts';
import type { Assets } from './assets.ts';
import { pageHeaders } from './headers.ts';
import { renderPage, type Page } from './page.ts';
import { HTML_TYPE } from './send-page.ts';
import type { Place } from './sharing.ts';
import { explorerPage } from './pages/explorer/explorer.ts';
import type { MayCome } from './awaited.ts';

export interface ExplorerOptions {
  readonly road: Road;
  readonly compressor: Compressor;
  readonly assets: Assets;
  readonly clock: Clock;
  readonly mayCome: MayCome;
}

/** How long a page is cached, in ms. It is short, because ranges relative to now move on. */
const CACHE_MS = 60_000;
/** How long a page with periods under way is cached, in ms. */
const LIVE_MS = 1000;
const CACHE_BYTES = 8 * 1024 * 1024;
/** The memory of a cached page besides its bytes and its URL. */
const ENTRY_BYTES = 1200;

export type SendExplorer = (
  request: FastifyRequest,
  reply: FastifyReply,
  base: string,
) => Promise<FastifyReply>;

/** Returns a function that sends the explorer. Its pages only depend on the URL and on the loaded data, so they are cached. */
export function explorerSender({ road, compressor, assets, clock, mayCome }: ExplorerOptions): SendExplorer {
  const pages = new LRUCache<string, { rendered: Rendered; epoch: number }>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ rendered }, key) => rendered.body.length + key.length * 2 + ENTRY_BYTES,
    ttl: CACHE_MS,
  });
  return async (request, reply, base) => {
    const key = `${base}\0${request.originalUrl}`;
    const { epoch } = road.watch;
    const page = pages.get(key);
    const sending = { negotiated: true, headers: pageHeaders() };
    if (page?.epoch === epoch) return sendRendered(request, reply, page.rendered, compressor, sending);
    const { searchParams } = new URL(request.originalUrl, 'http://host');
    const made = await explorerPage(searchParams, {
      road,
      clock,
      base,
      signal: goneSignal(request),
      mayCome,
    });
    const at = { base, url: request.originalUrl };
    const rendered = {
      ...renderedPage(made.page, assets, at),
      ...(made.isLive && ({ isLive: true } as const)),
    };
    const { problem } = made;
    if (!problem) {
      pages.set(key, { rendered: cachedCopy(rendered), epoch }, made.isLive ? { ttl: LIVE_MS } : {});
      return sendRendered(request, reply, rendered, compressor, sending);
    }
    return sendRendered(request, reply, rendered, compressor, {
      ...sending,
      status: problem.status,
      headers: { ...sending.headers, 'cache-control': CACHE_CONTROL.never, ...retryOf(problem) },
    });
  };
}

function renderedPage(page: Page, assets: Assets, at: Place): Rendered {
  const body = Buffer.from(renderPage(page, assets, at).text);
  return madeNow(body, HTML_TYPE);
}

function retryOf({ members: { retryAfterS } }: Problem): Record<string, string> {
  return retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
}
