import type { Socket } from 'node:net';
import { afterwards } from '../../core/at-once.ts';
import type { Answer } from '../../core/question/answer.ts';
import type { PathPlan } from '../../core/question/plan.ts';
import { pathHint } from '../../core/hint/path-hints.ts';
import { invalidParameter, Problem, withHint } from '../../core/problem.ts';
import { endingHint, FORMATS } from '../../formats/formats.ts';
import type { Rendered, RenderedBody } from '../../read/answer-cache.ts';
import { PlanCache } from '../../read/plan-cache.ts';
import { sizeOfPlan } from '../../read/plan-size.ts';
import type { Road } from '../../read/road.ts';
import type { Followed } from '../../feed/snapshot.ts';
import type { Compressor } from '../http/conditional.ts';
import { documentOf } from '../http/documents.ts';
import { hintHeader, liveOf, noRowsOf } from '../http/no-rows.ts';
import type { PrefixHandler, Server } from '../http/direct.ts';
import { goneSignal, sendAnswer, sendRendered } from '../http/send.ts';
import { listeningAsked, mayListen } from '../listen/asked.ts';
import type { Listeners } from '../listen/listeners.ts';
import { pathsOf } from '../../core/question/metric-paths.ts';
import { isOpenedInBrowser } from '../http/browser.ts';
import {
  asksOptions,
  formatWanted,
  ignoredHint,
  metricRequest,
  splitForm,
  type FormAsked,
  type MetricRequest,
} from './request.ts';

/** The prefixes of the metrics' URLs. The first is Wikimedia's, for clients that change only the host. */
const PREFIXES = ['/api/rest_v1/metrics/', '/metrics/'] as const;
/**
 * The only route of metric URLs. Its handler then finds the metric by the catalogue's paths, which can be
 * replaced at run time.
 */
export const METRICS_ROUTE = '/metrics';

/** Splits a metric's URL into the path after the prefix, which begins with `/`, and the query. Returns undefined for other URLs. */
export function splitUrl(url: string): { path: string; query: string } | undefined {
  const prefix = PREFIXES.find((known) => url.startsWith(known));
  if (!prefix) return undefined;
  const mark = url.indexOf('?');
  return mark < 0
    ? { path: url.slice(prefix.length - 1), query: '' }
    : { path: url.slice(prefix.length - 1, mark), query: url.slice(mark + 1) };
}

/**
 * Removes a query that would be ignored. A parameter that clients add to bypass caches doesn't change the
 * question. The result is a copy, because a slice of the URL would keep the whole URL in memory.
 */
function withoutIgnored(url: string): string {
  const mark = url.indexOf('?');
  if (mark < 0 || asksOptions(new URLSearchParams(url.slice(mark + 1)))) return url;
  return Buffer.from(url.slice(0, mark)).toString();
}

/** Rewrites metric URLs to their one route, because the router would fail on a single `%`. */
export function rewriteMetricUrl(url: string): string {
  return PREFIXES.some((prefix) => url.startsWith(prefix)) ? METRICS_ROUTE : url;
}

/** The memory for the plans of recently requested URLs, in bytes. */
const RECENT_BYTES = 16 * 1024 * 1024;

export interface MetricsOptions {
  readonly road: Road;
  readonly compressor: Compressor;
  readonly listeners: Listeners;
}

/** A question as the cache of plans keeps it. */
interface Planned extends Pick<MetricRequest, 'formName' | 'negotiated' | 'disposition'> {
  readonly plan: PathPlan;
  readonly render: (found: Answer, signal: AbortSignal) => RenderedBody | Promise<RenderedBody>;
}

interface Answered extends Pick<MetricRequest, 'negotiated'> {
  readonly rendered: Rendered;
}

/** A URL as the cache of plans knows it, with what its Accept header means. */
interface Recognised extends Pick<FormAsked, 'wanted' | 'inBrowser'> {
  readonly url: string;
  readonly key: string;
}

function recognised(asked: string, accept: string | undefined): Recognised {
  const url = withoutIgnored(asked);
  const wanted = formatWanted(accept);
  const inBrowser = isOpenedInBrowser(accept);
  // The key is unambiguous, because a URL begins with a slash.
  const key = wanted === 'json' && !inBrowser ? url : `${wanted}${inBrowser ? ' browser' : ''}${url}`;
  return { url, key, wanted, inBrowser };
}

/** Registers REST: every AQS URL of the catalogue's metrics, with Kraken's options. */
export function registerMetrics(
  { app, direct }: Server,
  { road, compressor, listeners }: MetricsOptions,
): void {
  /** The plans of recent URLs, valid until a table changes. They save reading and planning a URL again. */
  const recent = new PlanCache<Planned>(
    RECENT_BYTES,
    ({ plan, formName, disposition = '' }) => sizeOfPlan(plan) + (formName.length + disposition.length) * 2,
  );

  /** @returns the answer at once if nothing has to be waited for. @throws Problem, EngineError; at once or later */
  const answer = (
    asked: string,
    accept: string | undefined,
    request: { readonly socket: Socket },
  ): Answered | Promise<Answered> => {
    const { epoch } = road.watch;
    const known = recognised(asked, accept);
    let planned = recent.get(known.key, epoch);
    if (!planned) {
      const made = planOf(road, known);
      if ('names' in made) return { rendered: familyOf(made.names), negotiated: false };
      planned = made;
      if (!planned.plan.relative) recent.set(known.key, epoch, planned);
    }
    const { plan, formName, render, negotiated, disposition } = planned;
    const signal = goneSignal(request);
    return afterwards(
      road.rendered(plan, formName, (found) => render(found, signal), signal),
      (rendered) => ({ rendered: hinted(saved(rendered, disposition), asked), negotiated }),
    );
  };

  const answerDirectly: PrefixHandler = (request, response) => {
    const { url = '', headers } = request;
    if (mayListen(headers.accept, url)) return false;
    const sent = afterwards(answer(url, headers.accept, request), ({ rendered, negotiated }) =>
      sendAnswer(request, response, rendered, compressor, { negotiated }),
    );
    return sent ?? true;
  };
  for (const prefix of PREFIXES) direct.addPrefix({ prefix, route: METRICS_ROUTE, handler: answerDirectly });

  app.route({
    method: ['GET', 'HEAD'],
    url: METRICS_ROUTE,
    handler: async (request, reply) => {
      const { originalUrl, headers } = request;
      const listening = listeningAsked(request);
      if (listening) {
        const { path = '' } = splitUrl(originalUrl) ?? {};
        const followed = followedPath(road, path, listening.query);
        return listeners.answer(request, reply, listening, [followed]);
      }
      const { rendered, negotiated } = await answer(originalUrl, headers.accept, request);
      return sendRendered(request, reply, rendered, compressor, { negotiated });
    },
  });
}

/** Reads and plans the question of a URL. @returns the names below it if it is the root of a family. @throws Problem */
function planOf(
  road: Road,
  { url, wanted, inBrowser }: Recognised,
): Planned | { readonly names: readonly string[] } {
  const split = splitUrl(url);
  const { text: path, name: suffix } = splitForm(split?.path ?? '');
  const target = split && pathsOf(road.catalogue).find(path);
  if (!target) throw new Problem('no-route', 'invalid route', { hint: pathHint(road.catalogue, path) });
  if (target.kind === 'family') return { names: target.names };
  const read = metricRequest(target, split.query, { wanted, inBrowser, ...(suffix ? { suffix } : {}) });
  const { question, form, style, formName, negotiated, disposition } = read;
  const plan = hintingAt(
    () => road.plan(question),
    () => endingHint(path, FORMATS),
  );
  form.check?.(plan);
  road.charge([plan]);
  const { type, policy } = form;
  const render = (found: Answer, signal: AbortSignal): RenderedBody | Promise<RenderedBody> =>
    afterwards(form.render(found, plan, style, signal), (body) => ({
      body,
      type,
      ...noRowsOf(found.noRows),
      ...liveOf(plan),
      ...(policy === undefined ? {} : { policy }),
    }));
  return { plan, formName, render, negotiated, ...(disposition ? { disposition } : {}) };
}

/**
 * Reads a metric's path as a question whose answer is followed.
 * @param path the part after `/metrics`
 * @param query Kraken's options, such as `fill=zero`
 * @throws Problem
 */
export function followedPath(road: Road, path: string, query: string): Followed {
  const { text, name: suffix } = splitForm(path);
  const target = pathsOf(road.catalogue).find(text);
  if (target?.kind !== 'metric')
    throw new Problem('no-route', 'invalid route', { hint: pathHint(road.catalogue, text) });
  const asked = { wanted: 'json', inBrowser: false, ...(suffix ? { suffix } : {}) } as const;
  const { question, style, formName, disposition } = metricRequest(target, query, asked);
  if (disposition !== undefined)
    throw invalidParameter('download', 'A stream has no end that could be saved.');
  if (formName.split(' ', 1)[0] !== 'json')
    throw invalidParameter('format', 'Events have rows of JSON.', ['json', 'ndjson']);
  return { question, style };
}

/** Returns what `make` makes. If it throws a 400, adds a hint that tells more than the problem. */
function hintingAt<T>(make: () => T, hint: () => string | undefined): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof Problem && error.status === 400 ? withHint(error, hint()) : error;
  }
}

/** Adds a hint to an answer if the URL's query is ignored, and one of its names is close to an option. */
function hinted(rendered: Rendered, url: string): Rendered {
  const mark = url.indexOf('?');
  const ignored = mark < 0 ? undefined : ignoredHint(url.slice(mark + 1));
  return ignored === undefined ? rendered : { ...rendered, hint: hintHeader(ignored) };
}

/** Marks an answer as a file to save, if that was requested. */
function saved(rendered: Rendered, disposition: string | undefined): Rendered {
  return disposition === undefined ? rendered : { ...rendered, disposition };
}

/** Lists the paths below the root of a family, as AQS v1 does. */
function familyOf(names: readonly string[]): Rendered {
  return { ...documentOf({ items: names }), closed: true };
}
