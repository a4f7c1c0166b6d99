import type { Catalogue } from '../../core/metric/catalogue.ts';
import { allDimensions } from '../../core/question/conditions.ts';
import type { Json } from './openapi-schemas.ts';

/** Returns the paths of the catalogue. */
export function cataloguePaths({ metrics }: Catalogue): Json {
  const json = (description: string): Json => ({
    200: { description, content: { 'application/json': { schema: { type: 'object' } } } },
    404: { $ref: '#/components/responses/NotFound' },
  });
  const format = {
    name: 'format',
    in: 'query',
    required: false,
    description: '`json` returns JSON to browsers too, which otherwise get a page.',
    schema: { type: 'string', enum: ['json'] },
  };
  const name = {
    name: 'name',
    in: 'path',
    required: true,
    description: 'The name of a metric.',
    schema: { type: 'string', enum: metrics.map((metric) => metric.name) },
  };
  const dimensions = [...new Set(metrics.flatMap((metric) => allDimensions(metric).map((one) => one.name)))];
  return {
    '/catalogue': {
      get: {
        operationId: 'catalogue',
        tags: ['catalogue'],
        summary: 'Every metric',
        description:
          'Dimensions, granularities, coverage, limits and examples of every metric. If `loaded` is false, the examples have no answer yet.',
        parameters: [format],
        responses: { ...json('The metrics.'), 400: { $ref: '#/components/responses/BadRequest' } },
      },
    },
    '/catalogue/{name}': {
      get: {
        operationId: 'catalogue-metric',
        tags: ['catalogue'],
        summary: 'One metric',
        description: 'The description of one metric, and the loaded data of each of its scopes.',
        parameters: [name],
        responses: { ...json('The metric.'), 400: { $ref: '#/components/responses/BadRequest' } },
      },
    },
    '/catalogue/{name}/values/{dimension}': {
      get: {
        operationId: 'catalogue-values',
        tags: ['catalogue'],
        summary: 'Values of a dimension',
        description:
          'Values that begin with a prefix. They come from the fixed list, from the loaded data, or from the newest rows, the greatest first. If a prefix is not found, it is tried with a capital. Other dimensions may be query parameters: `project=en.wikipedia`.',
        parameters: [
          name,
          {
            ...name,
            name: 'dimension',
            description: 'A dimension of the metric, or what it ranks.',
            schema: { type: 'string', enum: dimensions },
          },
          {
            name: 'prefix',
            in: 'query',
            required: false,
            description: 'The beginning of the values.',
            schema: { type: 'string', default: '' },
          },
          {
            name: 'limit',
            in: 'query',
            required: false,
            description: 'The maximum number of values.',
            schema: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
          },
        ],
        responses: {
          ...json('The values.'),
          400: { $ref: '#/components/responses/BadRequest' },
          429: { $ref: '#/components/responses/TooManyRequests' },
          503: { $ref: '#/components/responses/Unavailable' },
        },
      },
    },
  };
}
