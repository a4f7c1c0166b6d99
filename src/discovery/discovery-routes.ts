import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ATOM_TYPE } from '../api/http/atom.ts';
import { baseUrlOf } from '../api/http/base-url.ts';
import type { Compressor } from '../api/http/conditional.ts';
import { sendRendered } from '../api/http/send.ts';
import type { Clock } from '../core/time/time.ts';
import type { Downloads } from '../downloads/downloads.ts';
import { madeNow } from '../read/answer-cache.ts';
import type { Road } from '../read/road.ts';
import { dcatOf, JSON_LD_TYPE } from './dcat.ts';
import { allDescribed, allDownloadable, changedAt, dateTime } from './described.ts';
import { type ListedPage, sitemapOf, XML_TYPE } from './sitemap.ts';
import { llmsTxt, MARKDOWN_TYPE, robotsTxt, securityTxt, TEXT_TYPE } from './texts.ts';
import { whatsNew } from './whats-new.ts';

export interface DiscoveryOptions {
  readonly road: Road;
  readonly downloads: Downloads;
  readonly compressor: Compressor;
  readonly clock: Clock;
  /** The public address of the API. If undefined, each request's own address is used. */
  readonly baseUrl: string | undefined;
  /** Where to write to; undefined if the operator didn't say. */
  readonly contact: string | undefined;
  /** The pages that search engines may list. */
  readonly pages: () => readonly ListedPage[];
}

/**
 * Registers what lets machines find the data: `/catalogue.jsonld` (DCAT), `/catalogue.atom` (what is new), `/sitemap.xml`,
 * `/robots.txt`, `/llms.txt`, and `/.well-known/security.txt` if there is a contact.
 */
export function registerDiscovery(
  app: FastifyInstance,
  { road, downloads, compressor, clock, baseUrl, contact, pages }: DiscoveryOptions,
): void {
  const document = (path: string, type: string, render: (base: string) => Buffer): void => {
    app.get(path, (request: FastifyRequest, reply: FastifyReply) =>
      sendRendered(request, reply, madeNow(render(baseUrlOf(request, baseUrl)), type), compressor),
    );
  };
  document('/catalogue.jsonld', JSON_LD_TYPE, (base) =>
    Buffer.from(JSON.stringify(dcatOf({ all: allDownloadable(road, downloads, base), base, contact }))),
  );
  document('/catalogue.atom', ATOM_TYPE, (base) => whatsNew(allDescribed(road, base), base));
  document('/sitemap.xml', XML_TYPE, (base) =>
    sitemapOf(pages(), base, (name) => {
      const metric = road.catalogue.byName.get(name);
      const at = metric && changedAt(road, metric);
      return at === undefined ? undefined : dateTime(at);
    }),
  );
  document('/robots.txt', TEXT_TYPE, robotsTxt);
  document('/llms.txt', MARKDOWN_TYPE, (base) => llmsTxt(allDescribed(road, base), base));
  if (contact !== undefined)
    document('/.well-known/security.txt', TEXT_TYPE, (base) => securityTxt(base, contact, clock.now()));
}
