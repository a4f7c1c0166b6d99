import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseJson } from '../core/exact-json.ts';
import { invalidParameter, Problem } from '../core/problem.ts';
import { queryOfParameters } from '../core/query/query-parameters.ts';
import { QUERY_FORMS, type QueryFormat } from '../formats/query.ts';
import type { Rendered } from '../read/answer-cache.ts';
import type { Road } from '../read/road.ts';
import type { Compressor } from './conditional.ts';
import { STANDING_HEADERS } from './headers.ts';
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
    format: string | undefined,
  ): Promise<Rendered> => {
    const name = formatOf(format, request.headers.accept);
    const plan = road.planQuery(json);
    if (!plan.query.dryRun) road.charge([plan]);
    const { type, render } = QUERY_FORMS[name];
    return road.renderedQuery(
      plan,
      name,
      (found) => ({ body: render(found), type, negotiated: true }),
      goneSignal(request),
    );
  };

  app.route({
    method: ['GET', 'HEAD'],
    url: QUERY_ROUTE,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { json, format } = questionInUrl(request.originalUrl);
      return sendRendered(request, reply, await answer(request, json, format), compressor);
    },
  });
  app.route({
    method: 'POST',
    url: QUERY_ROUTE,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { searchParams } = new URL(request.originalUrl, 'http://host');
      return sendRendered(
        request,
        reply,
        await answer(request, request.body, searchParams.get('format') ?? undefined),
        compressor,
      );
    },
  });
  app.options(QUERY_ROUTE, (_request, reply) =>
    reply
      .headers({ ...STANDING_HEADERS, 'access-control-allow-methods': METHODS, allow: `${METHODS},OPTIONS` })
      .code(204)
      .send(),
  );
}

function questionInUrl(url: string): { json: unknown; format: string | undefined } {
  const mark = url.indexOf('?');
  const parameters = [...new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))];
  const format = parameters.find(([name]) => name === 'format')?.[1];
  const others = parameters.filter(([name]) => name !== 'format');
  const whole = others.find(([name]) => name === 'query')?.[1];
  if (whole === undefined) return { json: queryOfParameters(others), format };
  const beside = others.find(([name]) => name !== 'query')?.[0];
  if (beside !== undefined)
    throw new Problem('unknown-parameter', `Beside query there is no query parameter ${beside}.`, {
      parameter: beside,
      allowed: ['query', 'format'],
    });
  if (others.length > 1) throw invalidParameter('query', 'query is given twice.');
  try {
    return { json: parseJson(whole), format };
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
    throw invalidParameter('format', `format should be one of ${names.join(', ')}`, names);
  }
  for (const part of accept?.split(',') ?? []) {
    const name = TYPES.get((part.split(';', 1)[0] as string).trim().toLowerCase());
    if (name) return name;
  }
  return 'json';
}
