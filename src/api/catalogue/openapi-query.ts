import type { Catalogue } from '../../core/metric/catalogue.ts';
import { DERIVED_MEASURES, derivedName } from '../../core/derived/derived-measures.ts';
import { QUERY_PARAMETERS } from '../../core/question/query-parameters.ts';
import { RANGES } from '../../core/question/query-text.ts';
import { DEFAULT_ROWS, MAX_ROWS } from '../../core/question/query.ts';
import { GRAINS } from '../../core/time/time.ts';
import { nameableIn } from '../../core/metric/value-names.ts';
import { QUERY_FORMATS } from '../../formats/formats.ts';
import { NO_ROWS_DOC } from '../../formats/query.ts';
import {
  AS_OF,
  contentOf,
  downloadParameter,
  hintHeader,
  LIVE,
  noRowsHeader,
  rowParameters,
  type Json,
} from './openapi-schemas.ts';
import { EVENT_STREAM } from './openapi-stream.ts';

const DERIVED = DERIVED_MEASURES.map((one) => derivedName('views', one)).join(', ');

/** Returns the JSON Schema of a question. @param rows the limit of a question that names none */
export function querySchema(catalogue: Catalogue, rows = DEFAULT_ROWS): Json {
  const text = { type: 'string' };
  const texts = { oneOf: [text, { type: 'array', items: text }] };
  const range = {
    description: `${RANGES}. Both ends are included.`,
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
      { type: 'string', description: 'A name; -views sorts the highest first.' },
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
        description:
          'Conditions on dimensions. A dimension that is not named takes its total value. If it has none, its values are added up.',
        additionalProperties: condition,
      },
      by: { ...texts, description: 'The dimensions to group by.' },
      grain: {
        type: ['string', 'null'],
        enum: [...GRAINS, null],
        description: 'null: one row for the whole range.',
      },
      range,
      measures: {
        ...texts,
        description: `All by default. Also derived ones, for a measure views: ${DERIVED}.`,
      },
      order: { oneOf: [...order.oneOf, { type: 'array', items: order }] },
      limit: { type: 'integer', minimum: 1, maximum: MAX_ROWS, default: rows },
      cursor: {
        type: ['string', 'null'],
        description: 'The start of the page: the cursor of the previous page.',
      },
      total: { type: 'boolean', default: false, description: 'Adds a row over everything.' },
      compare: {
        description: 'previous, previous_year, or an earlier range of the same length.',
        oneOf: [...range.oneOf, { type: 'null' }],
      },
      having: {
        ...texts,
        description: 'Conditions on numbers, derived ones too: views>=1000. An unknown number meets none.',
      },
      top: {
        type: 'integer',
        minimum: 1,
        maximum: MAX_ROWS,
        description: 'The number of rows of each group of within, the first by the order.',
      },
      within: {
        ...texts,
        description: 'The dimensions of by, or timestamp, whose values make a group of top.',
      },
      others: {
        type: 'boolean',
        default: false,
        description: 'Adds a last row to each group: the sum of its other rows.',
      },
      fill: { type: ['string', 'null'], enum: ['zero', 'null', null] },
      dryRun: { type: 'boolean', default: false, description: 'Plans the question, but reads nothing.' },
      asOf: { type: ['string', 'null'], description: AS_OF },
      live: { type: ['boolean', 'null'], default: false, description: LIVE },
    },
  };
}

function queryAnswerSchema(): Json {
  const row = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } };
  return {
    type: 'object',
    required: ['query', 'route', 'cost', 'coverage', 'version', 'cursor', 'rows'],
    properties: {
      query: { type: 'object', description: 'The question with defaults filled in and dates resolved.' },
      route: { type: 'string', enum: ['series', 'warehouse'] },
      cost: { type: 'integer', description: 'The cost in points.' },
      coverage: {
        type: ['object', 'null'],
        description:
          'The loaded part of the range. complete: everything is loaded, so an absent row means that nothing happened.',
        properties: { start: { type: 'string' }, end: { type: 'string' }, complete: { type: 'boolean' } },
      },
      version: { type: 'integer', description: 'The version of the data.' },
      units: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'Only with derived measures: the unit of each number. ratio: 0.5 is a half.',
      },
      reason: { type: 'string', enum: ['not-loaded', 'outside-coverage'] },
      hint: {
        type: 'string',
        description: 'Only without rows: what may have been meant, and what is loaded.',
      },
      noRows: {
        type: 'array',
        items: { type: 'object', additionalProperties: { type: 'string' } },
        description: `${NO_ROWS_DOC} Absent if all have rows, and on later pages.`,
      },
      note: { type: 'string' },
      open: {
        type: 'object',
        description:
          'Only with open periods: the first of them, and the time up to which everything is counted.',
        properties: { from: { type: 'string' }, asOf: { type: 'string', format: 'date-time' } },
      },
      notCounted: {
        type: 'string',
        description: 'Why the open periods that were asked for have no numbers.',
      },
      cursor: { type: ['string', 'null'] },
      total: row,
      rows: { type: 'array', items: row },
    },
  };
}

/** Returns the paths of `/query`, for GET and POST. */
export function queryPaths(catalogue: Catalogue): Json {
  const named = catalogue.metrics.flatMap((metric) => nameableIn(metric).map(({ name }) => name));
  const forms = [
    {
      name: 'format',
      in: 'query',
      required: false,
      description: 'The format of the answer. It overrides Accept.',
      schema: { type: 'string', enum: [...QUERY_FORMATS.keys()] },
    },
    ...rowParameters([...new Set(named)]),
    downloadParameter(),
  ];
  const responses = {
    200: {
      description: 'The rows. An answer without rows is not an error.',
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
      'Answers questions that no fixed URL can ask, over any metric. A mistake is a 400 whose `parameter` is the path of the wrong member: `where.access`, `order[0].by`.',
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
            description: `The question as JSON. Or leave it out and write its members as parameters: ${QUERY_PARAMETERS.join(', ')}. \`where.project!=a\` excludes a value, \`where.article^=Cat\` is a prefix, \`a|b\` lists several values.`,
            content: { 'application/json': { schema: query } },
          },
          ...forms,
        ],
        responses: {
          ...responses,
          200: { ...responses[200], content: { ...responses[200].content, ...EVENT_STREAM } },
          304: { description: 'The client has the answer already.' },
        },
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
