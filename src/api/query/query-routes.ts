import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { afterwards } from '../../core/at-once.ts';
import type { Catalogue } from '../../core/metric/catalogue.ts';
import { parseJson } from '../../core/value/exact-json.ts';
import { suggestion, nearest } from '../../core/value/nearest.ts';
import { invalidParameter, Problem } from '../../core/problem.ts';
import { FORM_PARAMETERS, queryOfParameters } from '../../core/question/query-parameters.ts';
import type { QueryForm } from '../../formats/form.ts';
import { QUERY_FORMATS } from '../../formats/formats.ts';
import { queryStyleOf } from '../../formats/query.ts';
import { openedBy, styleKey } from '../../formats/row-style.ts';
import type { Rendered } from '../../read/answer-cache.ts';
import type { Road } from '../../read/road.ts';
import { isOpenedInBrowser } from '../http/browser.ts';
import type { Followed } from '../../feed/snapshot.ts';
import type { Compressor } from '../http/conditional.ts';
import { answerOptions } from '../http/headers.ts';
import { notAcceptable, preferenceAmong } from '../http/negotiate.ts';
import { hintOf, liveOf, noRowsOf } from '../http/no-rows.ts';
import { readBodies, refuseDeepJson } from '../http/request-json.ts';
import { listeningAsked } from '../listen/asked.ts';
import type { Listeners } from '../listen/listeners.ts';
import { attachment } from '../rest/download.ts';
import { goneSignal, sendRendered } from '../http/send.ts';

export const QUERY_ROUTE = '/query';
const METHODS = 'GET,HEAD,POST';

export interface QueryOptions {
  readonly road: Road;
  readonly compressor: Compressor;
  readonly listeners: Listeners;
}

/** Registers `/query`, which takes a question as a JSON body, as JSON in the URL, or as parameters. */
export function registerQuery(app: FastifyInstance, { road, compressor, listeners }: QueryOptions): void {
  const answer = async (
    request: FastifyRequest,
    json: unknown,
    { format, download, ...options }: FormOptions,
  ): Promise<Answered> => {
    const { accept } = request.headers;
    const { name, form } = format === undefined ? wantedFormat(accept) : formatNamed(format);
    const plan = road.plan(road.question(json));
    const asked = queryStyleOf(plan, options);
    if (!plan.query.dryRun) road.charge([plan]);
    const { type, suffix, renderQuery, hasCells } = form;
    const style = openedBy(download !== undefined || isOpenedInBrowser(accept), form, asked);
    const rendered = await road.rendered(
      plan,
      name + styleKey(style),
      (found) =>
        afterwards(renderQuery(found, style), (body) => ({
          body,
          type,
          ...noRowsOf(found.noRows),
          ...liveOf(plan),
          ...hintOf(found),
        })),
      goneSignal(request),
    );
    // A table's cells are guarded only for browsers, so it depends on Accept even if its form doesn't.
    const negotiated = format === undefined || hasCells === true;
    if (download === undefined) return { rendered, negotiated };
    return {
      rendered: { ...rendered, disposition: attachment(download, [plan.query.metric], suffix) },
      negotiated,
    };
  };

  app.route({
    method: ['GET', 'HEAD'],
    url: QUERY_ROUTE,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const listening = listeningAsked(request);
      if (listening) {
        const followed = followedQuery(road, listening.query);
        return listeners.answer(request, reply, listening, [followed]);
      }
      const { json, options } = questionInUrl(request.originalUrl, road.catalogue);
      const { rendered, negotiated } = await answer(request, json, options);
      return sendRendered(request, reply, rendered, compressor, { negotiated });
    },
  });
  void app.register((scope, _options, done) => {
    // Numbers keep their written form, as in questions in URLs.
    readBodies(scope, parseJson);
    scope.route({
      method: 'POST',
      url: QUERY_ROUTE,
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        const { searchParams } = new URL(request.originalUrl, 'http://host');
        const { options } = split(searchParams);
        const { rendered, negotiated } = await answer(request, request.body, options);
        return sendRendered(request, reply, rendered, compressor, { negotiated });
      },
    });
    done();
  });
  answerOptions(app, QUERY_ROUTE, METHODS);
}

/** Reads the query of a /query URL as a question whose answer is followed. @throws Problem */
export function followedQuery(road: Road, query: string): Followed {
  const { json, options } = questionInUrl(`?${query}`, road.catalogue);
  const { format = 'json', download, ...style } = options;
  if (download !== undefined) throw invalidParameter('download', 'A stream has no end that could be saved.');
  if (format !== 'json') throw invalidParameter('format', 'Events have rows of JSON.', ['json', 'ndjson']);
  const question = road.question(json);
  const plan = road.plan(question);
  if (plan.analysis?.divisors.length)
    throw invalidParameter('measures', 'Ratios of two metrics are not followed: ask again instead.');
  return { question, style: queryStyleOf(plan, style) };
}

/** An answer, and whether it depends on the Accept header. */
interface Answered {
  readonly rendered: Rendered;
  readonly negotiated: boolean;
}

/** The options of a URL about the form of the answer, for GET and POST. */
type FormOptions = { readonly [Name in (typeof FORM_PARAMETERS)[number]]?: string };

/** Splits the parameters of a URL into options and the rest. @throws Problem if an option is given twice */
function split(parameters: Iterable<[string, string]>): { options: FormOptions; others: [string, string][] } {
  const options: { -readonly [Name in keyof FormOptions]: string } = {};
  const others: [string, string][] = [];
  for (const [name, value] of parameters) {
    const option = FORM_PARAMETERS.find((known) => known === name);
    if (!option) others.push([name, value]);
    else if (options[option] !== undefined) throw invalidParameter(name, `${name} is given twice.`);
    else options[option] = value;
  }
  return { options, others };
}

function questionInUrl(url: string, catalogue: Catalogue): { json: unknown; options: FormOptions } {
  const mark = url.indexOf('?');
  const { options, others } = split(new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)));
  const whole = others.find(([name]) => name === 'query')?.[1];
  if (whole === undefined) return { json: queryOfParameters(others, catalogue), options };
  const beside = others.find(([name]) => name !== 'query')?.[0];
  if (beside !== undefined)
    throw new Problem('unknown-parameter', `query can't be combined with the query parameter ${beside}.`, {
      parameter: beside,
      allowed: ['query', ...FORM_PARAMETERS],
    });
  if (others.length > 1) throw invalidParameter('query', 'query is given twice.');
  refuseDeepJson(whole);
  try {
    return { json: parseJson(whole), options };
  } catch {
    throw invalidParameter('query', 'query is not valid JSON.');
  }
}

const NAMES = [...QUERY_FORMATS.keys()];
const typeWanted = preferenceAmong([...QUERY_FORMATS.values()].map(({ type }) => type));

/** Returns the format that the Accept header prefers. @throws Problem if it accepts none */
function wantedFormat(accept: string | undefined): NamedForm {
  const type = typeWanted(accept);
  for (const [name, form] of QUERY_FORMATS) if (form.type === type) return { name, form };
  throw notAcceptable([...QUERY_FORMATS.values()].map((form) => form.type));
}

/** Returns the format with this name. @throws Problem if no format has it */
function formatNamed(name: string): NamedForm {
  const form = QUERY_FORMATS.get(name);
  if (form) return { name, form };
  throw invalidParameter(
    'format',
    `format should be one of ${NAMES.join(', ')}${suggestion(nearest(name, NAMES))}`,
    NAMES,
  );
}

interface NamedForm {
  readonly name: string;
  readonly form: QueryForm;
}
