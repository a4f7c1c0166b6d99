import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { baseUrlOf } from '../api/http/base-url.ts';
import type { PageInstead, PagesInstead } from '../api/catalogue/catalogue-routes.ts';
import type { Compressor } from '../api/http/conditional.ts';
import type { Clock } from '../core/time/time.ts';
import type { Downloads } from '../downloads/downloads.ts';
import type { Road } from '../read/road.ts';
import { Assets } from './assets.ts';
import { registerCards } from './card-routes.ts';
import { registerDashboards } from './dashboard-routes.ts';
import { registerDocs } from './docs-routes.ts';
import { registerEmbeds } from './embed-routes.ts';
import type { Limits } from './limits.ts';
import { firstExample } from '../read/examples.ts';
import { type NowSource, registerNow } from './now-routes.ts';
import type { MayCome } from './awaited.ts';
import { noPage } from './pages/no-page.ts';
import { explorerSender } from './send-explorer.ts';
import { pictureOfExample } from './sharing.ts';
import { registerOembed } from './oembed-routes.ts';
import { pageSender, wantsPage } from './send-page.ts';

export interface PagesOptions {
  readonly road: Road;
  readonly downloads: Downloads;
  readonly compressor: Compressor;
  readonly clock: Clock;
  /** The public address of the API. If undefined, each request's own address is used. */
  readonly baseUrl: string | undefined;
  readonly limits: Limits;
  /** Tells what happens now; undefined where there is no event log. */
  readonly now: NowSource | undefined;
  readonly mayCome: MayCome;
}

/** Registers the pages for people. It returns the pages at addresses where programs get documents. */
export function registerPages(
  app: FastifyInstance,
  { road, downloads, compressor, clock, baseUrl, limits, now, mayCome }: PagesOptions,
): PagesInstead {
  const assets = new Assets();
  assets.register(app, compressor);
  registerEmbeds(app, { road, compressor, assets, clock, mayCome });
  const baseOf = (request: FastifyRequest): string => baseUrlOf(request, baseUrl);
  const send = pageSender({
    assets,
    compressor,
    baseOf,
    pictureOf: () => pictureOfExample(firstExample(road)),
  });
  const sendCatalogue = registerDocs(app, { road, downloads, send, baseOf, limits });
  registerDashboards(app, { road, send, clock, collects: now !== undefined, mayCome });
  registerNow(app, send, now);
  registerCards(app, road, compressor);
  registerOembed(app, { road, compressor, clock, baseOf });
  // Programs get a problem instead of a page.
  app.get('/*', (request, reply) =>
    wantsPage(request) ? send(request, reply, noPage(), 404) : reply.callNotFound(),
  );
  const explore = explorerSender({ road, compressor, assets, clock, mayCome });
  const instead =
    (send: (...asked: Parameters<PageInstead>) => Promise<FastifyReply>): PageInstead =>
    (request, reply, base) =>
      wantsPage(request) ? send(request, reply, base) : undefined;
  return { front: instead(explore), catalogue: instead(sendCatalogue) };
}
