import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Compressor } from '../api/http/conditional.ts';
import { CACHE_CONTROL } from '../api/http/headers.ts';
import { pathsOf, questionOf } from '../core/question/metric-paths.ts';
import { liveOf, noRowsOf } from '../api/http/no-rows.ts';
import { problemOf } from '../api/http/problems.ts';
import { goneSignal, sendRendered } from '../api/http/send.ts';
import { pathHint } from '../core/hint/path-hints.ts';
import { Problem, problemInWords } from '../core/problem.ts';
import { suggestion, nearest } from '../core/value/nearest.ts';
import { firstInWords, shortened } from '../core/value/value-list.ts';
import type { Catalogue } from '../core/metric/catalogue.ts';
import {
  PICTURE_OPTIONS,
  pictureName,
  pictureOptions,
  type PictureTexts,
} from '../formats/picture-options.ts';
import { THEMES, type Theme } from '../formats/chart/style.ts';
import type { Clock } from '../core/time/time.ts';
import { madeNow, type Rendered } from '../read/answer-cache.ts';
import type { Road } from '../read/road.ts';
import type { Assets } from './assets.ts';
import type { MayCome } from './awaited.ts';
import { pageHeaders } from './headers.ts';
import { HTML_TYPE } from './send-page.ts';
import { awaitedQuestion, liveQuestion, urlOfLive } from './live-question.ts';
import { embedCounter, embedPage, embedProblem, embedWaiting } from './pages/embed.ts';

const PREFIX = '/embed';
/** What stands before the path of a counter. */
const COUNTER = '/live';
/** The policy of frames: any page may embed a frame, and forms in it can't be sent. */
const POLICY =
  pageHeaders({ 'frame-ancestors': '*', 'form-action': "'none'" })['content-security-policy'] ?? '';

export interface EmbedOptions {
  readonly road: Road;
  readonly compressor: Compressor;
  readonly assets: Assets;
  readonly clock: Clock;
  readonly mayCome: MayCome;
}

/**
 * Registers `/embed/PATH`, the picture of a question under `/metrics` for an `<iframe>`, and `/embed/live/PATH`, the
 * counter of its period under way.
 */
export function registerEmbeds(
  app: FastifyInstance,
  { road, compressor, assets, clock, mayCome }: EmbedOptions,
): void {
  const answer = async (request: FastifyRequest): Promise<Rendered> => {
    const { path, isCounter, asked, mistaken } = askedBy(request.originalUrl);
    if (mistaken !== undefined) {
      const detail = `There is no query parameter ${shortened(mistaken)}${suggestion(nearest(mistaken, PICTURE_OPTIONS))}`;
      throw new Problem('unknown-parameter', detail, { parameter: mistaken, allowed: PICTURE_OPTIONS });
    }
    const target = pathsOf(road.catalogue).find(path);
    if (target?.kind !== 'metric') {
      const hint = graphHint(road.catalogue, path) ?? pathHint(road.catalogue, path);
      throw new Problem('no-route', 'There is nothing to draw at this address.', { hint });
    }
    const live = isCounter ? liveQuestion(road, path, clock) : undefined;
    const awaited = isCounter && !live && awaitedQuestion(road, path, clock, mayCome);
    if (awaited) {
      const { text } = embedWaiting(awaited, target.parameters, pictureOptions(target.metric, asked), assets);
      return { ...madeNow(Buffer.from(text), HTML_TYPE), policy: POLICY, isLive: true };
    }
    const plan = live?.plan ?? road.plan(questionOf(target));
    const url = live ? urlOfLive(live) : `/metrics${path}`;
    const options = pictureOptions(plan.metric, asked);
    road.charge([plan]);
    const signal = goneSignal(request);
    return road.rendered(
      plan,
      `${isCounter ? COUNTER : 'embed'} ${pictureName(options)}`,
      async (found) => {
        const names = isCounter ? [] : await road.namesBeside(plan, found, signal);
        const page = isCounter ? embedCounter : embedPage;
        const body = Buffer.from(page(plan, found, { names, options, url, assets }).text);
        const isLive = liveOf(plan);
        return { ...noRowsOf(found.noRows), ...isLive, body, type: HTML_TYPE, policy: POLICY };
      },
      signal,
    );
  };

  app.get(`${PREFIX}/*`, async (request, reply) => {
    try {
      return await sendRendered(request, reply, await answer(request), compressor);
    } catch (error) {
      return refuse(request, reply, error);
    }
  });

  /** Sends a problem as a page, because a frame must show it. */
  async function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<FastifyReply> {
    const problem = problemOf(error);
    if (problem.code === 'internal') throw error;
    const body = Buffer.from(
      embedProblem(problemInWords(problem), assets, themeOf(request.originalUrl)).text,
    );
    const rendered = { ...madeNow(body, HTML_TYPE), policy: POLICY };
    const { retryAfterS, reason } = problem.members;
    return sendRendered(request, reply, rendered, compressor, {
      status: problem.status,
      headers: {
        'cache-control': problem.status === 404 && reason ? CACHE_CONTROL.notFound : CACHE_CONTROL.never,
        ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
      },
    });
  }
}

/** Says what to embed instead of a graph or a dashboard, which have several questions. Returns undefined for other paths. */
function graphHint({ graphs }: Catalogue, path: string): string | undefined {
  const [, kind, id = ''] = path.split('/');
  if (kind !== 'graphs' && kind !== 'dashboards') return undefined;
  const drawn = (kind === 'graphs' ? graphs.get(id)?.data : undefined) ?? [];
  const urls = firstInWords(drawn.map((data) => PREFIX + data.path));
  const end =
    urls === '' ? 'embed the path of each question in it.' : `embed the questions of this one: ${urls}.`;
  return `Graphs and dashboards can't be embedded; ${end}`;
}

/** Returns the theme of a frame without a picture: the requested one, if it exists. */
function themeOf(url: string): Theme | undefined {
  const { theme } = askedBy(url).asked;
  return THEMES.find((known) => known === theme);
}

/**
 * Reads the URL of a frame. Its query may have the options of a picture, and any other parameters except
 * those whose names are close to an option.
 */
function askedBy(url: string): {
  readonly path: string;
  readonly isCounter: boolean;
  readonly asked: PictureTexts;
  readonly mistaken: string | undefined;
} {
  const [given = '', query = ''] = url.slice(PREFIX.length).split('?', 2);
  const isCounter = given.startsWith(`${COUNTER}/`);
  const whole = isCounter ? given.slice(COUNTER.length) : given;
  // The path may also be the whole URL of an answer, with /embed put before it.
  const path = whole.replace(/^(\/api\/rest_v1)?\/metrics(?=\/)/, '');
  const all = new URLSearchParams(query);
  const [measure, scale, theme] = [all.get('measure'), all.get('scale'), all.get('theme')];
  return { path, isCounter, asked: { measure, scale, theme }, mistaken: [...all.keys()].find(isMistaken) };
}

function isMistaken(name: string): boolean {
  return !PICTURE_OPTIONS.some((known) => known === name) && nearest(name, PICTURE_OPTIONS) !== undefined;
}
