import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { goneSignal } from '../api/http/send.ts';
import { allDescribed, describedOf, withDownloads } from '../discovery/described.ts';
import { dataCatalogOf, datasetOf } from '../discovery/schema-org.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { Downloads } from '../downloads/downloads.ts';
import { nearest } from '../core/value/nearest.ts';
import { FORMATS } from '../formats/formats.ts';
import type { Road } from '../read/road.ts';
import { excerptOf } from './code.ts';
import { registerConsoles } from './console-routes.ts';
import { exampleOf, firstExample, type Example } from '../read/examples.ts';
import { familiesOf } from './families.ts';
import { figureOf } from './figure.ts';
import { GUIDES } from './guides.ts';
import { html, type Html } from './html.ts';
import type { Limits } from './limits.ts';
import { cataloguePage, type Details } from './pages/catalogue.ts';
import { clientsPage } from './pages/clients.ts';
import { docsPage } from './pages/docs.ts';
import { inDocs, type DocsPage } from './pages/docs-frame.ts';
import { guidePage } from './pages/guide.ts';
import { licencePage } from './pages/licence.ts';
import { limitsPage } from './pages/limits.ts';
import { metricPage } from './pages/metric.ts';
import { noPage } from './pages/no-page.ts';
import type { SendPage } from './send-page.ts';
import { pictureOfExample } from './sharing.ts';
import { withTimeLimit } from './within.ts';

export interface DocsOptions {
  readonly road: Road;
  readonly downloads: Downloads;
  readonly send: SendPage;
  /** Returns the public address of the API, without a trailing slash. */
  readonly baseOf: (request: FastifyRequest) => string;
  readonly limits: Limits;
}

/**
 * Registers `/docs`: an overview, a page for each metric, the guides and the consoles.
 * @returns a function that sends the catalogue as a page
 */
export function registerDocs(
  app: FastifyInstance,
  { road, downloads, send, baseOf, limits }: DocsOptions,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  const framed = (request: FastifyRequest, reply: FastifyReply, page: DocsPage): Promise<FastifyReply> =>
    send(request, reply, inDocs(page, familiesOf(road)));

  app.get('/docs', async (request, reply) => {
    const first = firstExample(road);
    const result = await resultOf(road, first, goneSignal(request));
    const view = { families: familiesOf(road), base: baseOf(request), first, ...result };
    return framed(request, reply, docsPage(view));
  });
  app.get('/docs/clients', (request, reply) =>
    framed(request, reply, clientsPage(baseOf(request), firstExample(road))),
  );
  app.get('/docs/limits', (request, reply) => framed(request, reply, limitsPage(road.catalogue, limits)));
  app.get('/docs/licence', (request, reply) => framed(request, reply, licencePage(road.catalogue)));
  app.get<{ Params: { name: string } }>('/docs/guides/:name', (request, reply) => {
    const { name } = request.params;
    const guide = GUIDES.find((known) => known.name === name);
    return guide
      ? framed(request, reply, guidePage(guide))
      : send(request, reply, noPage('/docs', { kind: 'guide', name }), 404);
  });
  registerConsoles(app, road, send);
  app.get<{ Params: { name: string } }>('/docs/:name', async (request, reply) => {
    const { name } = request.params;
    const metric = road.catalogue.byName.get(name);
    if (!metric) {
      // The short address of a guide.
      if (GUIDES.some((guide) => guide.name === name)) return reply.redirect(`/docs/guides/${name}`);
      const meant = nearest(name, road.catalogue.byName.keys());
      return send(request, reply, noPage('/docs', { kind: 'metric', name, nearest: meant }), 404);
    }
    const example = exampleOf(road, metric);
    const result = await resultOf(road, example, goneSignal(request));
    const state = road.watch.stateOf(metric);
    const files = downloads.mainFilesOf(metric);
    const base = baseOf(request);
    const page = metricPage({ metric, state, base, example, files, ...result });
    return framed(request, reply, {
      ...page,
      picture: pictureOfExample(example),
      isFramed: example?.plan !== undefined,
      jsonLd: datasetOf(withDownloads(describedOf(road, metric, base), example, files, base), base),
    });
  });
  return async (request, reply) => {
    const detailsOf = (metric: Metric): Details => ({
      state: road.watch.stateOf(metric),
      example: exampleOf(road, metric),
    });
    const base = baseOf(request);
    const jsonLd = dataCatalogOf(allDescribed(road, base), base);
    return framed(request, reply, { ...cataloguePage(familiesOf(road), detailsOf), jsonLd });
  };
}

interface Result {
  readonly answer: { readonly json: string } | { readonly sentence: string };
  readonly figure: Html | false;
}

/** Returns the answer to an example, and its picture. If one of them fails, the other is still shown. */
async function resultOf(road: Road, example: Example | undefined, signal: AbortSignal): Promise<Result> {
  const plan = example?.plan;
  if (!plan)
    return {
      answer: { sentence: 'None of its data is loaded on this instance, so there is no answer to show.' },
      figure: false,
    };
  const { render, type } = FORMATS.json;
  const [answer, figure] = await Promise.all([
    withTimeLimit<Result['answer']>(
      signal,
      async (timeLimit) => {
        const made = await road.rendered(
          plan,
          'json',
          (answer) => ({ body: render(answer, plan), type }),
          timeLimit,
        );
        return { json: excerptOf(made.body.toString()) };
      },
      (sentence) => ({ sentence }),
    ),
    withTimeLimit(
      signal,
      (timeLimit) => figureOf(road, [{ path: example.path }], {}, timeLimit),
      (sentence) => html`<p class="note">${sentence}</p>`,
    ),
  ]);
  return { answer, figure };
}
