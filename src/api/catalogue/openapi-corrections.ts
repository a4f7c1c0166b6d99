import type { Catalogue } from '../../core/metric/catalogue.ts';
import { CAUSES } from '../../core/time/history.ts';
import { GRAINS } from '../../core/time/time.ts';
import { DATE, INSTANT, listOf, whole } from './openapi-patterns.ts';
import type { Json } from './openapi-schemas.ts';

/** Returns the paths of the corrections, as JSON and as a feed. */
export function correctionsPaths({ metrics }: Catalogue): Json {
  const scopes = [...new Set(metrics.flatMap(({ scope }) => scope))];
  const parameter = (name: string, description: string, schema: Json = { type: 'string' }): Json => ({
    name,
    in: 'query',
    required: false,
    description,
    schema,
  });
  const date = whole(DATE);
  const time = whole(`${DATE}|${INSTANT}`);
  const filters = [
    parameter('metric', 'Only these metrics, separated by `|`.', {
      anyOf: [{ type: 'string', enum: [''] }, listOf(metrics.map(({ name }) => name).join('|'))],
    }),
    parameter(
      'why',
      `Only these reasons, separated by \`|\`: ${CAUSES.join(', ')}.`,
      listOf(CAUSES.join('|')),
    ),
    parameter('start', 'Only corrections of numbers of this date or later: `2024-03-01` or `2024-03`.', date),
    parameter('end', 'Only corrections of numbers of this date or earlier.', date),
    parameter(
      'since',
      'Only corrections made at this time or later: `2026-11-29T14:30:00Z` or a date.',
      time,
    ),
    parameter('until', 'Only corrections made before this time.', time),
    ...scopes.map((name) =>
      parameter(name, `Only corrections of these values of ${name}, separated by \`|\`.`),
    ),
    parameter('limit', 'The maximum number of entries of a page.', {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 100,
    }),
    parameter('cursor', 'The start of the page: the cursor of the previous page.'),
  ];
  const problems = {
    400: { $ref: '#/components/responses/BadRequest' },
    429: { $ref: '#/components/responses/TooManyRequests' },
    503: { $ref: '#/components/responses/Unavailable' },
  };
  const feed = { 'application/atom+xml': { schema: { type: 'string' } } };
  return {
    '/corrections': {
      get: {
        operationId: 'corrections',
        tags: ['corrections'],
        summary: 'Changes of numbers that were served',
        description:
          'Each entry says which numbers changed, when, why and by how much; the newest come first. The first numbers of a period are no correction, nor are those of a period that is under way. `since` says since when each metric can be answered with `asOf`.',
        parameters: [
          ...filters,
          parameter('format', 'Overrides Accept.', { type: 'string', enum: ['json', 'atom'] }),
        ],
        responses: {
          200: {
            description: 'The corrections.',
            content: { 'application/json': { schema: pageSchema() }, ...feed },
          },
          ...problems,
        },
      },
    },
    '/corrections.atom': {
      get: {
        operationId: 'corrections-feed',
        tags: ['corrections'],
        summary: 'The same as an Atom feed',
        description: 'A feed (RFC 4287), whose pages are linked by RFC 5005.',
        parameters: filters,
        responses: { 200: { description: 'The feed.', content: feed }, ...problems },
      },
    },
  };
}

function pageSchema(): Json {
  return {
    type: 'object',
    properties: {
      corrections: { type: 'array', items: entrySchema() },
      cursor: { type: ['string', 'null'] },
      next: { type: ['string', 'null'], description: 'The path of the next page.' },
      since: {
        type: 'object',
        additionalProperties: { type: 'string', format: 'date-time' },
        description: 'By metric: since when it can be answered with `asOf`.',
      },
    },
  };
}

function entrySchema(): Json {
  const count = { type: 'integer' };
  const number = { type: 'number' };
  return {
    type: 'object',
    properties: {
      id: { type: 'string' },
      metric: { type: 'string' },
      at: { type: 'string', format: 'date-time', description: 'When the numbers changed.' },
      why: { type: 'string', enum: [...CAUSES] },
      note: { type: 'string', description: 'The words of whoever made the change.' },
      granularity: { type: 'string', enum: [...GRAINS] },
      from: { type: 'string', description: 'The first period with a changed row.' },
      to: { type: 'string', description: 'The last one.' },
      scopes: {
        type: 'array',
        items: { type: 'object', additionalProperties: { type: 'string' } },
        description: 'Whose numbers changed: at most the first 50.',
      },
      scopeCount: count,
      rows: { type: 'object', properties: { changed: count, added: count, removed: count } },
      measures: {
        type: 'object',
        description:
          'By measure, over the rows that changed: its sums before and after, if it adds up, and the largest change of one row.',
        additionalProperties: {
          type: 'object',
          properties: { before: number, after: number, largest: number },
        },
      },
    },
  };
}
