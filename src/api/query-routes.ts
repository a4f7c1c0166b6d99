import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { didYouMean } from '../core/nearest.ts';
import { invalidParameter, Problem } from '../core/problem.ts';
import { FORM_PARAMETERS, queryOfParameters } from '../core/query/query-parameters.ts';
import { QUERY_FORMS, queryStyleOf, type QueryForm, type QueryFormat } from '../formats/query.ts';
import { openedBy, styleKey } from '../formats/row-style.ts';
import type { Rendered } from '../read/answer-cache.ts';
import type { Road } from '../read/road.ts';
import { isOpenedInBrowser } from './browser.ts';
import type { Compressor } from './conditional.ts';
import { STANDING_HEADERS } from './headers.ts';
import { noRowsOf } from './no-rows.ts';
import { attachment } from './rest/download.ts';
import { goneSignal, sendRendered } from './send.ts';

export const QUERY_ROUTE = '/query';
const METHODS = 'GET,HEAD,POST';

export interface QueryOptions {
  readonly road: Road;
  readonly compressor: Compressor;
}

/** One language over every metric, at /query: a question as a JSON body, as JSON in the URL, or as parameters. */
export function registerQuery(app: FastifyInstance, { road, compressor }: QueryOptions): void {
  const answer = async (
    request: FastifyRequest,
    json: unknown,
    { format, download, ...options }: FormOptions,
  ): Promise<Rendered> => {
    const { accept } = request.headers;
    const name = formatOf(format, accept);
    const plan = road.planQuery(json);
    const asked = queryStyleOf(plan, options);
    if (!plan.query.dryRun) road.charge([plan]);
    const form: QueryForm = QUERY_FORMS[name];
    const { type, suffix, render } = form;
    const style = openedBy(download !== undefined || isOpenedInBrowser(accept), form, asked);
    const rendered = await road.renderedQuery(
      plan,
      name + styleKey(style),
      (found) => ({ body: render(found, style), type, negotiated: true, ...noRowsOf(found.noRows) }),
      goneSignal(request),
    );
    if (download === undefined) return rendered;
    return { ...rendered, disposition: attachment(download, [plan.query.metric], suffix) };
  };

  app.route({
    method: ['GET', 'HEAD'],
    url: QUERY_ROUTE,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { json, options } = questionInUrl(request.originalUrl);
      return sendRendered(request, reply, await answer(request, json, options), compressor);
    },
  });
  app.route({
    method: 'POST',
    url: QUERY_ROUTE,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { searchParams } = new URL(request.originalUrl, 'http://host');
      const { options } = split(searchParams);
      return sendRendered(request, reply, await answer(request, request.body, options), compressor);
    },
  });
  app.options(QUERY_ROUTE, (_request, reply) =>
    reply
      .headers({ ...STANDING_HEADERS, 'access-control-allow-methods': METHODS, allow: `${METHODS},OPTIONS` })
      .code(204)
      .send(),
  );
}

/** The form of an answer as a URL has it, by GET and by POST. */
type FormOptions = { readonly [Name in (typeof FORM_PARAMETERS)[number]]?: string };

/** @throws Problem where an option is given twice */
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

function questionInUrl(url: string): { json: unknown; options: FormOptions } {
  const mark = url.indexOf('?');
  const { options, others } = split(new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)));
  const whole = others.find(([name]) => name === 'query')?.[1];
  if (whole === undefined) return { json: queryOfParameters(others), options };
  const beside = others.find(([name]) => name !== 'query')?.[0];
  if (beside !== undefined)
    throw new Problem('unknown-parameter', `Beside query there is no query parameter ${beside}.`, {
      parameter: beside,
      allowed: ['query', ...FORM_PARAMETERS],
    });
  if (others.length > 1) throw invalidParameter('query', 'query is given twice.');
  try {
    return { json: JSON.parse(whole), options };
  } catch {
    throw invalidParameter('query', 'query is not valid JSON.');
  }
}

const TYPES: ReadonlyMap<string, QueryFormat> = new Map([
  ['application/json', 'json'],
  ['application/*', 'json'],
  ['*/*', 'json'],
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'ndjson'],
]);

/** The form that is asked for by name, or by the first media type of Accept that there is. */
function formatOf(format: string | undefined, accept: string | undefined): QueryFormat {
  const names = Object.keys(QUERY_FORMS) as QueryFormat[];
  if (format !== undefined) {
    const name = names.find((known) => known === format);
    if (name) return name;
    throw invalidParameter(
      'format',
      `format should be one of ${names.join(', ')}`,
      names,
      didYouMean(format, names),
    );
  }
  for (const part of accept?.split(',') ?? []) {
    const name = TYPES.get((part.split(';', 1)[0] as string).trim().toLowerCase());
    if (name) return name;
  }
  return 'json';
}
