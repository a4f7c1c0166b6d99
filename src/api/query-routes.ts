import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalogue } from '../core/catalogue.ts';
import { invalidParameter, Problem } from '../core/problem.ts';
import { queryOfParameters } from '../core/query/query-parameters.ts';
import { QUERY_FORMS, type QueryFormat } from '../formats/query.ts';
import type { Rendered } from '../read/answer-cache.ts';
import type { Road } from '../read/road.ts';
import type { Compressor } from './conditional.ts';
import { STANDING_HEADERS } from './headers.ts';
import { notAcceptable, preferenceAmong } from './negotiate.ts';
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
    const name = format === undefined ? wantedFormat(request) : formatNamed(format);
    const plan = road.planQuery(json);
    if (!plan.query.dryRun) road.charge([plan]);
    const { type, render } = QUERY_FORMS[name];
    return road.renderedQuery(plan, name, (found) => ({ body: render(found), type }), goneSignal(request));
  };

  app.route({
    method: ['GET', 'HEAD'],
    url: QUERY_ROUTE,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { json, format } = questionInUrl(request.originalUrl, road.catalogue);
      return sendRendered(request, reply, await answer(request, json, format), compressor, {
        negotiated: format === undefined,
      });
    },
  });
  app.route({
    method: 'POST',
    url: QUERY_ROUTE,
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { searchParams } = new URL(request.originalUrl, 'http://host');
      const format = searchParams.get('format') ?? undefined;
      return sendRendered(request, reply, await answer(request, request.body, format), compressor, {
        negotiated: format === undefined,
      });
    },
  });
  app.options(QUERY_ROUTE, (_request, reply) =>
    reply
      .headers({ ...STANDING_HEADERS, 'access-control-allow-methods': METHODS, allow: `${METHODS},OPTIONS` })
      .code(204)
      .send(),
  );
}

function questionInUrl(url: string, catalogue: Catalogue): { json: unknown; format: string | undefined } {
  const mark = url.indexOf('?');
  const parameters = [...new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))];
  const format = parameters.find(([name]) => name === 'format')?.[1];
  const others = parameters.filter(([name]) => name !== 'format');
  const whole = others.find(([name]) => name === 'query')?.[1];
  if (whole === undefined) return { json: queryOfParameters(others, catalogue), format };
  const beside = others.find(([name]) => name !== 'query')?.[0];
  if (beside !== undefined)
    throw new Problem('unknown-parameter', `Beside query there is no query parameter ${beside}.`, {
      parameter: beside,
      allowed: ['query', 'format'],
    });
  if (others.length > 1) throw invalidParameter('query', 'query is given twice.');
  try {
    return { json: JSON.parse(whole), format };
  } catch {
    throw invalidParameter('query', 'query is not valid JSON.');
  }
}

const FORMATS = Object.keys(QUERY_FORMS) as QueryFormat[];
const TYPES = [QUERY_FORMS.json.type, QUERY_FORMS.csv.type, QUERY_FORMS.ndjson.type] as const;
const typeWanted = preferenceAmong(TYPES);

/** @throws Problem where the Accept header wants none of the forms */
function wantedFormat({ headers: { accept } }: FastifyRequest): QueryFormat {
  const type = typeWanted(accept);
  const format = FORMATS.find((name) => QUERY_FORMS[name].type === type);
  if (format) return format;
  throw notAcceptable(TYPES);
}

/** @throws Problem for a name that no form has */
function formatNamed(format: string): QueryFormat {
  const name = FORMATS.find((known) => known === format);
  if (name) return name;
  throw invalidParameter('format', `format should be one of ${FORMATS.join(', ')}`, FORMATS);
}
