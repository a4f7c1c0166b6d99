import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Compressor } from '../api/http/conditional.ts';
import { documentOf } from '../api/http/documents.ts';
import { goneSignal, sendRendered } from '../api/http/send.ts';
import { invalidParameter, Problem } from '../core/problem.ts';
import { wholeNumber } from '../core/value/exact-number.ts';
import type { Metric } from '../core/metric/metric.ts';
import { pathsOf } from '../core/question/metric-paths.ts';
import type { Clock } from '../core/time/time.ts';
import { splitSuffix, FORMATS } from '../formats/formats.ts';
import { exampleOf } from '../read/examples.ts';
import type { Road } from '../read/road.ts';
import { frameCode, PICTURE_SIZE } from './frame-code.ts';
import { completed, firstMetric } from './pages/explorer/defaults.ts';
import { pathIn, readAsked } from './pages/explorer/state.ts';
import { OEMBED_ROUTE, pictureOfPath } from './sharing.ts';

export interface OembedOptions {
  readonly road: Road;
  readonly compressor: Compressor;
  readonly clock: Clock;
  /** The public address of the instance. */
  readonly baseOf: (request: FastifyRequest) => string;
}

/** A smaller picture can't be read. */
const LEAST = 160;

/**
 * Registers `/oembed`, by which sites show a frame instead of a link (https://oembed.com): for the explorer, a metric's
 * page, a graph with one question, and an answer.
 */
export function registerOembed(
  app: FastifyInstance,
  { road, compressor, clock, baseOf }: OembedOptions,
): void {
  app.get<{ Querystring: Record<string, unknown> }>(OEMBED_ROUTE, async (request, reply) => {
    const { url, format = 'json', maxwidth, maxheight } = request.query;
    if (typeof url !== 'string')
      throw invalidParameter('url', 'url should be the address of a page of this instance.');
    // The protocol's own answer to a form that isn't there would be 501.
    if (format !== 'json') throw invalidParameter('format', 'format should be json.', ['json']);
    const width = Math.min(PICTURE_SIZE.width, most('maxwidth', maxwidth));
    const height = Math.min(
      Math.round((width * PICTURE_SIZE.height) / PICTURE_SIZE.width),
      most('maxheight', maxheight),
    );
    const base = baseOf(request);
    const { metric, path } = await shown(url, base, goneSignal(request));
    const document = {
      version: '1.0',
      type: 'rich',
      title: metric.title,
      provider_name: 'Kraken',
      provider_url: base,
      cache_age: 3600,
      html: frameCode(`${base}/embed${path}`, metric.title, { width, height }),
      width,
      height,
      thumbnail_url: base + pictureOfPath(path),
      thumbnail_width: 1200,
      thumbnail_height: 630,
    };
    return sendRendered(request, reply, documentOf(document), compressor);
  });

  /** What the page at an address shows. @throws Problem if it is no page with one question; EngineError */
  async function shown(
    url: string,
    base: string,
    signal: AbortSignal,
  ): Promise<{ readonly metric: Metric; readonly path: string }> {
    const at = URL.canParse(url) ? new URL(url) : undefined;
    if (!at || at.origin !== new URL(base).origin) throw nothingAt(`${url} is not an address of ${base}.`);
    const [, kind = '', name = ''] = at.pathname.split('/');
    if (at.pathname === '/') {
      const fallback = firstMetric(road);
      if (!fallback) throw nothingAt('Nothing is loaded yet.');
      const state = await completed(
        { road, clock, signal },
        readAsked(at.searchParams, road.catalogue, fallback),
      );
      return { metric: state.metric, path: pathIn(state) };
    }
    if (kind === 'metrics' || kind === 'embed') return asked(at.pathname.slice(kind.length + 1));
    if (kind === 'docs') {
      const metric = road.catalogue.byName.get(name);
      const example = metric && exampleOf(road, metric);
      if (metric && example?.plan) return { metric, path: example.path };
      // Before its engine answers, nobody knows whether it has one.
      if (metric) road.watch.stateOf(metric);
    }
    const [only, ...others] = (kind === 'graphs' ? road.catalogue.graphs.get(name)?.data : undefined) ?? [];
    if (only && others.length === 0) return asked(only.path);
    throw nothingAt(`There is no picture of one question at ${url}.`);
  }

  function asked(whole: string): { readonly metric: Metric; readonly path: string } {
    const { text: path } = splitSuffix(whole, FORMATS);
    const target = pathsOf(road.catalogue).find(path);
    if (target?.kind !== 'metric') throw nothingAt(`There is no question at ${path}.`);
    return { metric: target.metric, path };
  }
}

function nothingAt(detail: string): Problem {
  return new Problem('no-route', detail, { parameter: 'url' });
}

/** Reads how large a frame may be. @throws Problem */
function most(name: string, value: unknown): number {
  if (value === undefined) return Infinity;
  const number = typeof value === 'string' ? wholeNumber(value) : undefined;
  if (number === undefined || number < LEAST)
    throw invalidParameter(name, `${name} should be a whole number of at least ${LEAST}.`);
  return number;
}
