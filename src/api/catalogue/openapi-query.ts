import type { Catalogue } from '../../core/metric/catalogue.ts';
import { QUERY_PARAMETERS } from '../../core/question/query-parameters.ts';
import { RANGES } from '../../core/question/query-text.ts';
import { DEFAULT_ROWS, MAX_ROWS } from '../../core/question/query.ts';
import { GRAINS } from '../../core/time/time.ts';
import { nameableIn } from '../../core/metric/value-names.ts';
import { QUERY_FORMATS } from '../../formats/formats.ts';
import { NO_ROWS_DOC } from '../../formats/query.ts';
import {
  contentOf,
  downloadParameter,
  hintHeader,
  noRowsHeader,
  rowParameters,
  type Json,
} from './openapi-schemas.ts';

/** A question in the one language, as JSON Schema. */
export function querySchema(catalogue: Catalogue): Json {
  const text = { type: 'string' };
  const texts = { oneOf: [text, { type: 'array', items: text }] };
  const range = {
    description: `Both ends included. ${RANGES}.`,
    oneOf: [
      text,
      { type: 'array', items: text, minItems: 2, maxItems: 2 },
      {
        type: 'object',
        required: ['start'],
        additionalProperties: false,
        properties: { start: text, end: text },
      },
    ],
  };
  const order = {
    oneOf: [
      { type: 'string', description: 'A name; -views: the highest first.' },
      {
        type: 'object',
        required: ['by'],
        additionalProperties: false,
        properties: { by: text, direction: { type: 'string', enum: ['asc', 'desc'] } },
      },
    ],
  };
  const condition = {
    oneOf: [
      text,
      { type: 'array', items: text, minItems: 1 },
      { type: 'object', required: ['prefix'], additionalProperties: false, properties: { prefix: text } },
      { type: 'object', required: ['not'], additionalProperties: false, properties: { not: texts } },
    ],
  };
  return {
    type: 'object',
    required: ['metric', 'range'],
    additionalProperties: false,
    properties: {
      metric: { type: 'string', enum: [...catalogue.byName.keys()] },
      where: {
        type: 'object',
        description: 'What dimensions have to be. One that is not named takes its total, or is summed.',
        additionalProperties: condition,
      },
      by: { ...texts, description: 'The dimensions that tell rows apart.' },
      grain: {
        type: ['string', 'null'],
        enum: [...GRAINS, null],
        description: 'null: one row for the whole range.',
      },
      range,
      measures: { ...texts, description: 'All unless given.' },
      order: { oneOf: [...order.oneOf, { type: 'array', items: order }] },
      limit: { type: 'integer', minimum: 1, maximum: MAX_ROWS, default: DEFAULT_ROWS },
      cursor: {
        type: ['string', 'null'],
        description: 'Where the page begins: the cursor of the one before.',
      },
      total: { type: 'boolean', default: false, description: 'Also a row over everything.' },
      compare: {
        description: 'previous, or an earlier range of the same length.',
        oneOf: [...range.oneOf, { type: 'null' }],
      },
      fill: { type: ['string', 'null'], enum: ['zero', 'null', null] },
      dryRun: { type: 'boolean', default: false, description: 'Plan it, and read nothing.' },
    },
  };
}

function queryAnswerSchema(): Json {
  const row = { type: 'object', additionalProperties: { type: ['string', 'number', 'null'] } };
  return {
    type: 'object',
    required: ['query', 'route', 'cost', 'coverage', 'version', 'cursor', 'rows'],
    properties: {
      query: { type: 'object', description: 'The question in full: defaults filled in, dates resolved.' },
      route: { type: 'string', enum: ['series', 'warehouse'] },
      cost: { type: 'integer', description: 'In points.' },
      coverage: {
        type: ['object', 'null'],
        description:
          'What of the range was loaded; complete: all of it, so that what is absent did not happen.',
        properties: { start: { type: 'string' }, end: { type: 'string' }, complete: { type: 'boolean' } },
      },
      version: { type: 'integer', description: 'Of the data that it was read from.' },
      reason: { type: 'string', enum: ['not-loaded', 'outside-coverage'] },
      hint: {
        type: 'string',
        description: 'Where there are no rows: what may have been meant, and what is loaded.',
      },
      noRows: {
        type: 'array',
        items: { type: 'object', additionalProperties: { type: 'string' } },
        description: `${NO_ROWS_DOC} Not there where all have rows; on the first page only.`,
      },
      note: { type: 'string' },
      cursor: { type: ['string', 'null'] },
      total: row,
      rows: { type: 'array', items: row },
    },
  };
}

/** /query, by GET and by POST. */
export function queryPaths(catalogue: Catalogue): Json {
  const named = catalogue.metrics.flatMap((metric) => nameableIn(metric).map(({ name }) => name));
  const forms = [
    {
      name: 'format',
      in: 'query',
      required: false,
      description: 'The form of the answer, before what Accept says.',
      schema: { type: 'string', enum: [...QUERY_FORMATS.keys()] },
    },
    ...rowParameters([...new Set(named)]),
    downloadParameter(),
  ];
  const responses = {
    200: {
      description: 'The rows there are; none is no error.',
      headers: { 'Kraken-No-Rows': noRowsHeader(), 'Kraken-Hint': hintHeader() },
      content: {
        ...contentOf(QUERY_FORMATS.values()),
        'application/json': { schema: queryAnswerSchema() },
      },
    },
    400: { $ref: '#/components/responses/BadRequest' },
    406: { $ref: '#/components/responses/NotAcceptable' },
    429: { $ref: '#/components/responses/TooManyRequests' },
    503: { $ref: '#/components/responses/Unavailable' },
  };
  const query = { $ref: '#/components/schemas/Query' };
  const shared = {
    tags: ['query'],
    description:
      'One language over every metric: what a fixed URL can’t ask. A mistake is a 400 whose `parameter` is the path of the member at fault: `where.access`, `order[0].by`.',
  };
  return {
    '/query': {
      get: {
        operationId: 'query-by-url',
        ...shared,
        summary: 'Ask any question, in a URL',
        parameters: [
          {
            name: 'query',
            in: 'query',
            required: false,
            description: `The question as JSON; or leave it out and write its members as parameters: ${QUERY_PARAMETERS.join(', ')}. \`where.project!=a\` is for other values, \`where.article^=Cat\` for a prefix, \`a|b\` for several.`,
            content: { 'application/json': { schema: query } },
          },
          ...forms,
        ],
        responses: { ...responses, 304: { description: 'The client has the answer already.' } },
      },
      post: {
        operationId: 'query',
        ...shared,
        summary: 'Ask any question',
        parameters: forms,
        requestBody: { required: true, content: { 'application/json': { schema: query } } },
        responses,
      },
    },
  };
}
