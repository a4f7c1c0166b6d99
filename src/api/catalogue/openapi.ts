import type { Catalogue } from '../../core/metric/catalogue.ts';
import type { Metric } from '../../core/metric/metric.ts';
import { pathParameters } from '../../core/metric/path-parameters.ts';
import { ALL_FORMATS, FORMATS_BY_ACCEPT } from '../../formats/formats.ts';
import { exampleUrl } from './catalogue.ts';
import { optionParameters, pathParameter } from './openapi-parameters.ts';
import { cataloguePaths } from './openapi-catalogue.ts';
import { correctionsPaths } from './openapi-corrections.ts';
import { downloadPaths } from './openapi-downloads.ts';
import { queryPaths, querySchema } from './openapi-query.ts';
import { EVENT_STREAM, streamPaths } from './openapi-stream.ts';
import {
  answerSchema,
  contentOf,
  ignoredHeader,
  noRowsHeader,
  problemResponses,
  problemSchema,
  type Json,
} from './openapi-schemas.ts';
import { own } from '../../core/value/named.ts';

/** The sample's answers that the documentation shows, by the URL of the example. */
export type ExampleAnswers = ReadonlyMap<string, unknown>;

/**
 * Returns the OpenAPI 3.1 document of the REST API. All of it follows from the catalogue.
 * @param collecting the paths under which events are collected; none if the server collects none
 */
export function openApiFor(catalogue: Catalogue, answers: ExampleAnswers, collecting: Json = {}): Json {
  const metrics = catalogue.metrics.map((metric) => [
    `/metrics${metric.path}`,
    { get: metricOperation(metric, answers) },
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kraken',
      version: '1',
      summary: 'A public analytics data API.',
      description:
        "Pre-aggregated metrics by URL. Programs written for Wikimedia's Analytics API (AQS) work with it: the same paths are served under `/api/rest_v1/metrics`. Beyond AQS, a dimension in a path takes several values separated by `|` (sent as `%7C`), dates may be `2024-03-01`, `-30d` or `latest`, and the query options below change the form of an answer. A path may also end with a format: `.csv`, `.tsv`, `.json`, `.ndjson`, `.parquet`, `.arrow`, `.xlsx`, `.svg` or `.png` (a picture), or `.metadata.json` (the meaning, source and licence of its columns).",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }, { url: '/api/rest_v1', description: "Wikimedia's prefix, metrics only." }],
    security: [],
    tags: [
      { name: 'metrics', description: 'Numbers, by key.' },
      { name: 'query', description: 'Questions about any metric.' },
      { name: 'stream', description: 'Each change of answers, as it comes.' },
      { name: 'catalogue', description: 'All metrics, and the loaded data of each metric.' },
      { name: 'corrections', description: 'Changes of numbers that were served.' },
      { name: 'downloads', description: 'Whole tables as files.' },
      ...(Object.keys(collecting).length > 0
        ? [{ name: 'collect', description: 'Events and page views, collected.' }]
        : []),
    ],
    paths: {
      ...Object.fromEntries(metrics),
      ...queryPaths(catalogue),
      ...streamPaths(),
      ...cataloguePaths(catalogue),
      ...correctionsPaths(catalogue),
      ...downloadPaths(
        catalogue,
        ALL_FORMATS.flatMap(([name, format]) => ('write' in format ? [{ ...format, name }] : [])),
      ),
      ...collecting,
    },
    components: {
      schemas: { Problem: problemSchema(), Query: querySchema(catalogue) },
      responses: problemResponses(),
    },
  };
}

function metricOperation(metric: Metric, answers: ExampleAnswers): Json {
  const example = metric.examples[0] ?? {};
  const exampleAnswer = metric.examples
    .map((one) => answers.get(exampleUrl(metric, one)))
    .find((answer) => answer !== undefined);
  return {
    operationId: metric.name,
    tags: ['metrics'],
    summary: metric.title,
    description: `${metric.doc}\n\nSource: ${metric.source}.`,
    parameters: [
      ...pathParameters(metric).map((name) => pathParameter(metric, name, own(example, name))),
      ...optionParameters(metric),
    ],
    responses: {
      200: {
        description: 'The rows. A period without a row has no item, unless `fill` adds it.',
        headers: {
          ETag: { schema: { type: 'string' }, description: 'For If-None-Match; differs by encoding.' },
          'Cache-Control': {
            schema: { type: 'string' },
            description: 'Four hours, or a minute if the range touches the newest period.',
          },
          'Cache-Status': {
            schema: { type: 'string' },
            description: 'Whether the answer was cached, and `detail=stale` if it could not be confirmed.',
          },
          'Kraken-No-Rows': noRowsHeader(),
          'Kraken-Hint': ignoredHeader(),
        },
        content: {
          ...contentOf(FORMATS_BY_ACCEPT.map(([, format]) => format)),
          'application/json': {
            schema: answerSchema(metric),
            ...(exampleAnswer === undefined ? {} : { example: exampleAnswer }),
          },
          ...EVENT_STREAM,
        },
      },
      304: { description: 'The client has the answer already: its If-None-Match names the ETag.' },
      400: { $ref: '#/components/responses/BadRequest' },
      404: { $ref: '#/components/responses/NotFound' },
      429: { $ref: '#/components/responses/TooManyRequests' },
      503: { $ref: '#/components/responses/Unavailable' },
    },
  };
}
