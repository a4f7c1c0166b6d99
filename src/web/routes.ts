import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Compressor } from '../api/conditional.ts';
import type { Road } from '../read/road.ts';
import { Assets } from './assets.ts';
import { PAGE_HEADERS } from './headers.ts';
import { renderPage, type Page } from './page.ts';
import { docsPage } from './pages/docs.ts';

export interface PagesOptions {
  readonly road: Road;
  readonly compressor: Compressor;
}

/** The pages for people. */
export function registerPages(app: FastifyInstance, { road, compressor }: PagesOptions): void {
  const assets = new Assets();
  assets.register(app, compressor);
  const send = (reply: FastifyReply, page: Page): FastifyReply =>
    reply.headers(PAGE_HEADERS).send(renderPage(page, assets).text);
  app.get('/docs', (_request, reply) => send(reply, docsPage(road.catalogue)));
}
