import type { Catalogue } from '../../core/metric/catalogue.ts';
import type { Json } from './openapi-schemas.ts';

/** A format of downloads, as the document describes it. */
export interface DescribedFormat {
  readonly name: string;
  readonly type: string;
  readonly suffix: string;
}

/** Returns the paths of the files for download. @param formats their formats */
export function downloadPaths({ metrics }: Catalogue, formats: readonly DescribedFormat[]): Json {
  const parameter = (name: string, description: string, schema: Json, example?: string): Json => ({
    name,
    in: 'path',
    required: true,
    description,
    schema,
    ...(example === undefined ? {} : { example }),
  });
  const metric = parameter('name', 'The name of the metric.', {
    type: 'string',
    enum: metrics.map(({ name }) => name),
  });
  const endings = formats.map(({ suffix }) => suffix.slice(1)).join('|');
  const grains = [...new Set(metrics.flatMap(({ grains: all }) => stored(all)))];
  const file = (operationId: string, summary: string, parameters: Json[]): Json => ({
    get: {
      operationId,
      tags: ['downloads'],
      summary,
      description:
        'The rows as they are stored: days and months, but no weeks, years or sums. The file is made when it is asked for first, and kept until its rows change. The header `Range` asks for a part of it: `bytes=0-1023`.',
      parameters,
      responses: {
        200: {
          description: 'The whole file. Programs that read Parquet in place ask for ranges of it.',
          headers: HEADERS,
          content: contents(formats),
        },
        206: {
          description: 'The bytes that were asked for.',
          headers: {
            ...HEADERS,
            'Content-Range': { schema: { type: 'string' }, description: 'Which bytes, of how many.' },
          },
          content: contents(formats),
        },
        304: { description: 'The client has the file already: its If-None-Match names the ETag.' },
        400: { $ref: '#/components/responses/BadRequest' },
        404: { $ref: '#/components/responses/NotFound' },
        413: { $ref: '#/components/responses/TooLarge' },
        416: { description: 'The range lies beyond the end of the file.' },
        429: { $ref: '#/components/responses/TooManyRequests' },
        503: { $ref: '#/components/responses/Unavailable' },
      },
    },
  });
  const description = (operationId: string, summary: string, parameters: Json[]): Json => ({
    get: {
      operationId,
      tags: ['downloads'],
      summary,
      description: 'Names, addresses, columns and types of the files, with source and licence.',
      parameters,
      responses: {
        200: {
          description: 'A data package by https://datapackage.org, version 2.',
          content: { 'application/json': { schema: { type: 'object' } } },
        },
        ...(parameters.length > 0 ? { 400: { $ref: '#/components/responses/BadRequest' } } : {}),
        429: { $ref: '#/components/responses/TooManyRequests' },
        503: { $ref: '#/components/responses/Unavailable' },
      },
    },
  });
  return {
    '/downloads/datapackage.json': description('dataPackage', 'The files of all metrics', []),
    '/downloads/{name}/datapackage.json': description('metricPackage', 'The files of a metric', [metric]),
    '/downloads/{name}/{file}': file('downloadGrain', 'All rows of a grain', [
      metric,
      parameter(
        'file',
        'The grain and the format: `daily.parquet`.',
        {
          type: 'string',
          pattern: `^(${grains.join('|')})\\.(${endings})$`,
        },
        'monthly.csv',
      ),
    ]),
    '/downloads/{name}/{grain}/{file}': file('downloadPiece', 'A month of days, or a year of months', [
      metric,
      parameter('grain', 'The unit of time of the rows.', { type: 'string', enum: grains }, 'monthly'),
      parameter(
        'file',
        'The month or year, and the format: `2024-03.parquet`.',
        {
          type: 'string',
          pattern: `^[0-9]{4}(-(0[1-9]|1[0-2]))?\\.(${endings})$`,
        },
        '2024.csv',
      ),
    ]),
  };
}

const HEADERS: Json = {
  ETag: { schema: { type: 'string' }, description: 'Changes with the rows. For If-None-Match and If-Range.' },
  'Accept-Ranges': { schema: { type: 'string' }, description: '`bytes`.' },
};

function contents(formats: readonly DescribedFormat[]): Json {
  return Object.fromEntries(
    formats.map(({ type }) => [type.split(';', 1)[0] as string, { schema: { type: 'string' } }]),
  );
}

/** The grains that are stored, among those of a metric. */
function stored(grains: Catalogue['metrics'][number]['grains']): string[] {
  return Object.entries(grains).flatMap(([grain, source]) => (source?.startsWith('stored') ? [grain] : []));
}
