import type { Catalogue } from '../../core/metric/catalogue.ts';
import type { Dimension } from '../../core/metric/dimension.ts';
import { hasSums } from '../../core/metric/measure.ts';
import { openDimensions, type Metric } from '../../core/metric/metric.ts';
import { pathParameters } from '../../core/metric/path-parameters.ts';
import { GRAINS } from '../../core/time/time.ts';
import { nameableIn } from '../../core/metric/value-names.ts';
import { ALL_FORMATS, FORMATS_BY_ACCEPT } from '../../formats/formats.ts';
import { PICTURE_CHOICES } from '../../formats/picture-options.ts';
import { exampleUrl } from './catalogue.ts';
import { cataloguePaths } from './openapi-catalogue.ts';
import { correctionsPaths } from './openapi-corrections.ts';
import { queryPaths, querySchema } from './openapi-query.ts';
import { EVENT_STREAM, streamPaths } from './openapi-stream.ts';
import { isCountable } from '../../core/question/live.ts';
import {
  answerSchema,
  asOfParameter,
  contentOf,
  downloadParameter,
  ignoredHeader,
  liveParameter,
  noRowsHeader,
  option,
  problemResponses,
  problemSchema,
  rowParameters,
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
        "Pre-aggregated metrics by URL. Programs written for Wikimedia's Analytics API (AQS) work with it: the same paths are served under `/api/rest_v1/metrics`. Beyond AQS, a dimension in a path takes several values separated by `|` (sent as `%7C`), dates may be `2024-03-01`, `-30d` or `latest`, and the query options below change the form of an answer. A path may also end with a format: `.csv`, `.tsv`, `.json`, `.ndjson`, `.svg` (a picture), or `.metadata.json` (the meaning, source and licence of its columns).",
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
      ...(Object.keys(collecting).length > 0
        ? [{ name: 'collect', description: 'Events and page views, collected.' }]
        : []),
    ],
    paths: {
      ...Object.fromEntries(metrics),
      ...queryPaths(catalogue),
      ...streamPaths(),
      ...cataloguePaths(),
      ...correctionsPaths(catalogue),
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

function pathParameter(metric: Metric, name: string, example: string | undefined): Json {
  const dimension = metric.dimensions.find((one) => one.name === name);
  const { schema, description } = dimension ? dimensionSchema(dimension) : periodSchema(metric, name);
  return {
    name,
    in: 'path',
    required: true,
    description,
    schema,
    ...(example === undefined ? {} : { example }),
  };
}

function dimensionSchema({ doc, values, allowed, total }: Dimension): { schema: Json; description: string } {
  const all = total === undefined ? '' : ` \`${total}\` stands for all values together.`;
  // Values aren't an enum of the parameter, because several may be listed with `|`.
  const description = values
    ? `${doc}${all} One of ${allowed}, or several of them.`
    : `${doc}${all} Takes ${allowed}.`;
  return { schema: values ? { type: 'string', examples: [...values] } : { type: 'string' }, description };
}

function periodSchema(metric: Metric, name: string): { schema: Json; description: string } {
  const end = metric.range.end === 'inclusive' ? 'included' : 'not included';
  const form =
    metric.range.hour === 'always'
      ? 'YYYYMMDDHH'
      : metric.grains.hourly
        ? 'YYYYMMDD, with HH for hours'
        : 'YYYYMMDD';
  switch (name) {
    case 'granularity':
      return {
        schema: { type: 'string', enum: GRAINS.filter((grain) => metric.grains[grain]) },
        description: 'The unit of time of the rows.',
      };
    case 'start':
      return {
        schema: { type: 'string' },
        description: `The first day${metric.range.start ? ', not included' : ''}: ${form}, YYYY-MM-DD, YYYY-MM for a whole month, a time before now such as -30d, or latest.`,
      };
    case 'end':
      return {
        schema: { type: 'string' },
        description: `The last day, ${end}; spelt like the start${isCountable(metric) ? ', or now, which also answers what is still under way' : ''}.`,
      };
    case 'day':
      return {
        schema: { type: 'string' },
        description: metric.grains.monthly ? 'DD, or all-days for the list of the month.' : 'DD.',
      };
    default:
      return { schema: { type: 'string' }, description: name === 'year' ? 'YYYY.' : 'MM.' };
  }
}

const SHAPES = 'columns: one array per measure instead of one object per row (JSON only).';
const WIDE = ' wide: one row per date and one column per series, for spreadsheets (CSV and TSV only).';

function optionParameters(metric: Metric): Json[] {
  const top = metric.shape.kind === 'top';
  const named = nameableIn(metric).map(({ name }) => name);
  const options = [
    option(
      'format',
      ALL_FORMATS.map(([name]) => name),
      'The format of the answer. It overrides Accept; JSON by default.',
    ),
    option('shape', top ? ['items', 'columns'] : ['items', 'columns', 'wide'], SHAPES + (top ? '' : WIDE)),
  ];
  options.push(
    option(
      'measure',
      Object.keys(metric.measures),
      'The measure that a picture shows; by default the first.',
    ),
    option(
      'theme',
      PICTURE_CHOICES.theme,
      'The colours of a picture; light by default. auto follows the system of each reader.',
    ),
    ...rowParameters(named),
    downloadParameter(),
    asOfParameter(),
    ...(isCountable(metric) ? [liveParameter()] : []),
  );
  if (top) return options;
  options.push(
    option('scale', PICTURE_CHOICES.scale, 'The scale of a picture.'),
    option(
      'fill',
      ['zero', 'null'],
      'Adds rows for periods without data. With `zero` they are zero if the period is completely loaded, because then nothing happened, and otherwise null. With `null` they are always null.',
    ),
  );
  if (hasSums(metric)) {
    options.push(
      option(
        'sum',
        openDimensions(metric).map((dimension) => dimension.name),
        'Adds up the listed values of this dimension into one series, for instance redirects and moved titles.',
      ),
    );
  }
  return options;
}
