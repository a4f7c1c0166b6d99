import type { FastifyInstance } from 'fastify';
import type { Compressor } from '../api/conditional.ts';
import type { Road } from '../read/road.ts';
import { Assets } from './assets.ts';
import { registerEmbeds } from './embed-routes.ts';
import { docsPage } from './pages/docs.ts';
import { noPage } from './pages/no-page.ts';
import { pageSender, wantsPage } from './send-page.ts';

export interface PagesOptions {
  readonly road: Road;
  readonly compressor: Compressor;
}

/** The pages for people. */
export function registerPages(app: FastifyInstance, { road, compressor }: PagesOptions): void {
  const assets = new Assets();
  assets.register(app, compressor);
  registerEmbeds(app, { road, compressor, assets });
  const send = pageSender(assets, compressor);
  app.get('/docs', (request, reply) => send(request, reply, docsPage(road.catalogue)));
  // Programs get the problem that they always got.
  app.get('/*', (request, reply) =>
    wantsPage(request) ? send(request, reply, noPage(), 404) : reply.callNotFound(),
  );
}
