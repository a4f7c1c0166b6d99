import { itemFields, rowFields, timestampName } from '../../core/metric/item-fields.ts';
import type { Metric, TopShape } from '../../core/metric/metric.ts';
import { pathParameters } from '../../core/metric/path-parameters.ts';
import { PROBLEMS, type ProblemCode } from '../../core/problem.ts';
import { GRAINS } from '../../core/time/time.ts';
import { AGO, DATE, INSTANT, whole } from './openapi-patterns.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Returns the contents of answers in some formats, by media type. Their schema is any text. */
export function contentOf(forms: Iterable<{ readonly type: string }>): Json {
  return Object.fromEntries(
    Array.from(forms, ({ type }) => [type.split(';', 1)[0] as string, { schema: { type: 'string' } }]),
  );
}

/** Returns the JSON Schema of a metric's answer. */
export function answerSchema(metric: Metric): Json {
  const item =
    metric.shape.kind === 'top' ? topItem(metric, metric.shape) : seriesItem(metric, metric.shape.nest);
  return { type: 'object', required: ['items'], properties: { items: { type: 'array', items: item } } };
}

function fieldSchema(metric: Metric, field: string): Json {
  const measure = metric.measures[field];
  if (measure) {
    const { MAX_SAFE_INTEGER: most } = Number;
    const whole = { type: ['integer', 'null'], minimum: measure.kind === 'count' ? 0 : -most, maximum: most };
    return {
      ...(measure.kind === 'decimal' ? { type: ['number', 'null'] } : whole),
      description: measure.doc,
    };
  }
  if (field === 'rank')
    return { type: 'integer', minimum: 1, description: 'Ties share a rank; the next ranks are skipped.' };
  if (field === 'granularity')
    return { type: 'string', enum: GRAINS.filter((grain) => metric.grains[grain]) };
  if (field === 'timestamp')
    return { type: 'string', description: `The start of the period, UTC, as ${metric.timestamp}.` };
  if (metric.shape.kind === 'top' && metric.shape.entry.some((one) => one.name === field && one.nullable))
    return { type: ['string', 'null'] };
  const bucket = Object.values(metric.measures).find((one) => one.bucket === field);
  return bucket ? { type: 'string', description: 'The bucket of the count: 1000-9999.' } : { type: 'string' };
}

function object(metric: Metric, fields: readonly string[], more: Json = {}): Json {
  const properties = {
    ...Object.fromEntries(
      fields.map((field) => [
        field === 'timestamp' ? timestampName(metric) : field,
        fieldSchema(metric, field),
      ]),
    ),
    ...more,
  };
  return { type: 'object', required: Object.keys(properties), properties };
}

function seriesItem(metric: Metric, nest: string | undefined): Json {
  const fields = itemFields(metric, true);
  if (nest === undefined) return object(metric, fields);
  const inRow = fields.filter((field) => field === 'timestamp' || Object.hasOwn(metric.measures, field));
  const own = fields.filter((field) => !inRow.includes(field));
  return object(metric, own, { [nest]: { type: 'array', items: object(metric, inRow) } });
}

function topItem(metric: Metric, shape: TopShape): Json {
  if (shape.flat) return object(metric, shape.fields);
  const own = rowFields(metric).filter(
    (field) => !shape.fields.includes(field) || pathParameters(metric).includes(field),
  );
  const list = { [shape.list]: { type: 'array', items: object(metric, shape.fields) } };
  if (!shape.nest) return object(metric, own, list);
  const outer = own.filter((field) => field !== 'timestamp');
  return object(metric, outer, {
    [shape.nest]: { type: 'array', items: object(metric, ['timestamp'], list) },
  });
}

/** Returns a query parameter that takes one of a few values. */
export function option(name: string, values: readonly string[], description: string): Json {
  return { name, in: 'query', required: false, description, schema: { type: 'string', enum: values } };
}

/**
 * Returns the parameters for the style of rows.
 * @param named the dimensions whose values have names
 * @param isPath whether clients of AQS come, too, who add a number as `time` to bypass caches
 */
export function rowParameters(named: readonly string[], isPath = false): Json[] {
  const time = option(
    'time',
    ['iso'],
    `Writes times as \`2024-03-01\`, hours as \`2024-03-01T06:00:00Z\`.${isPath ? ' A number is ignored.' : ''}`,
  );
  const names = 'Adds the English names of these columns’ values, as `country_name`.';
  return [
    isPath ? { ...time, schema: { anyOf: [time['schema'], whole('\\d+')] } } : time,
    ...(named.length > 0 ? [option('names', named, names)] : []),
  ];
}

/** What `asOf` means. */
export const AS_OF =
  'Answers from the numbers that were served at this time: `2026-11-29T14:30:00Z`, a day (its start, in UTC), or a time before now such as `-7d`. How far back it goes is `since` of `/corrections`.';

/** Returns the parameter that asks for an earlier answer. */
export function asOfParameter(): Json {
  return {
    name: 'asOf',
    in: 'query',
    required: false,
    description: AS_OF,
    schema: whole(`${AGO}|${DATE}|${INSTANT}`),
  };
}

/** What `live` means. */
export const LIVE =
  'Also answers the hours and days that are still under way, counted up to now, with `provisional` and `asOf` beside the fields of their rows. So does the end `now` of a range. Only for the page views that Kraken collects.';

/** Returns the parameter that asks for open periods. */
export function liveParameter(): Json {
  return { name: 'live', in: 'query', required: false, description: LIVE, schema: { type: 'boolean' } };
}

/** Returns the parameter that makes the answer a file to save. */
export function downloadParameter(): Json {
  return {
    name: 'download',
    in: 'query',
    required: false,
    allowEmptyValue: true,
    description:
      'Makes the answer a file to save (`Content-Disposition: attachment`). An empty name is replaced by one made from the question. In a table, an apostrophe is put before texts that look like formulas.',
    schema: { type: 'string' },
  };
}

/** Returns the JSON Schema of a problem. */
export function problemSchema(): Json {
  const codes = Object.entries(PROBLEMS).map(([code, { doc }]) => `- \`${code}\`: ${doc}`);
  return {
    type: 'object',
    description: `RFC 9457, with AQS's members.\n\n${codes.join('\n')}`,
    required: ['detail', 'method', 'status', 'title', 'type', 'uri', 'code'],
    properties: {
      detail: { type: 'string', description: 'What was wrong with this request.' },
      method: { type: 'string' },
      status: { type: 'integer' },
      title: { type: 'string' },
      type: { type: 'string' },
      uri: { type: 'string', description: 'The requested path.' },
      code: { type: 'string', enum: Object.keys(PROBLEMS), description: 'For programs.' },
      parameter: { type: 'string', description: 'The wrong parameter.' },
      allowed: {
        oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
        description: 'The values that the parameter takes.',
      },
      reason: {
        type: 'string',
        enum: ['not-loaded', 'outside-coverage', 'no-rows'],
        description: 'Why there are no rows.',
      },
      hint: {
        type: 'string',
        description:
          'A text for people that says what to do: the value that was most likely meant, the loaded dates, or the template of an incomplete path.',
      },
    },
  };
}

/** Returns the header that lists values without rows. */
export function noRowsHeader(): Json {
  return {
    schema: { type: 'string' },
    description:
      'The requested values that have no rows; absent if all have rows. A list of strings (RFC 9651), each like the query of a URL: `"article=Catt", "article=Dog&access=desktop"`. A list that is too long for a header ends with `more;count=12`.',
    example: '"article=Catt", "article=Dog&access=desktop"',
  };
}

/** Returns the header that says why an answer has no rows. */
export function hintHeader(): Json {
  return {
    schema: { type: 'string' },
    description:
      'Says in words why there are no rows; absent if there are some. A display string (RFC 9651): `%`, `"` and everything but plain ASCII are percent-encoded. If no period of the range is loaded, `reason` is not-loaded or outside-coverage.',
    example: '%"Nothing is loaded for the project en.wikipdia: did you mean en.wikipedia?";reason=not-loaded',
  };
}

/** Returns the header that reports an ignored query parameter whose name is close to an option. */
export function ignoredHeader(): Json {
  return {
    schema: { type: 'string' },
    description:
      'Reports a query parameter that is ignored, as in AQS, but whose name is close to an option; absent if there is none. A display string (RFC 9651): `%`, `"` and everything but plain ASCII are percent-encoded.',
    example: '%"The query parameter formt is ignored: did you mean format?"',
  };
}

/** Returns the problems that operations refer to. */
export function problemResponses(): Json {
  const response = (code: ProblemCode, description: string): Json => ({
    description: `${description} ${PROBLEMS[code].doc}`,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  return {
    BadRequest: response('invalid-parameter', 'A mistake in the request.'),
    NotFound: response('not-found', 'No data.'),
    NotAcceptable: response('not-acceptable', 'No such format.'),
    TooLarge: response('too-large', 'Too much at once.'),
    TooManyRequests: response('too-many-requests', 'Too many concurrent requests.'),
    Unavailable: response('unavailable', 'The engine is down, or there are too many requests.'),
  };
}
