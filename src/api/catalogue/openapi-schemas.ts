import { itemFields, rowFields, timestampName } from '../../core/metric/item-fields.ts';
import type { Metric, TopShape } from '../../core/metric/metric.ts';
import { pathParameters } from '../../core/metric/path-parameters.ts';
import { PROBLEMS, type ProblemCode } from '../../core/problem.ts';
import { GRAINS } from '../../core/time/time.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The bodies of answers in some forms, by media type; their schema is that of any text. */
export function contentOf(forms: Iterable<{ readonly type: string }>): Json {
  return Object.fromEntries(
    Array.from(forms, ({ type }) => [type.split(';', 1)[0] as string, { schema: { type: 'string' } }]),
  );
}

/** The JSON answer of a metric, as JSON Schema. */
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
    return { type: 'integer', minimum: 1, description: 'Ties share a rank, and the next ones are skipped.' };
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

/** An option in the query of a URL that has a few values. */
export function option(name: string, values: readonly string[], description: string): Json {
  return { name, in: 'query', required: false, description, schema: { type: 'string', enum: values } };
}

/** The options of how rows are written. @param named the dimensions whose values have names */
export function rowParameters(named: readonly string[]): Json[] {
  const names = 'The names of the values of these columns beside them, as `country_name`: English ones.';
  return [
    option('time', ['iso'], 'Times as `2024-03-01`, hours as `2024-03-01T06:00:00Z`.'),
    ...(named.length > 0 ? [option('names', named, names)] : []),
  ];
}

/** The option of what is to be saved. */
export function downloadParameter(): Json {
  return {
    name: 'download',
    in: 'query',
    required: false,
    allowEmptyValue: true,
    description:
      'The answer is to be saved (`Content-Disposition: attachment`), under this name or, where it is empty, one made of the question. In a table, texts that look like formulas begin with an apostrophe.',
    schema: { type: 'string' },
  };
}

/** A problem, as JSON Schema. */
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
      uri: { type: 'string', description: 'The path that was asked for.' },
      code: { type: 'string', enum: Object.keys(PROBLEMS), description: 'For programs.' },
      parameter: { type: 'string', description: 'The parameter at fault.' },
      allowed: {
        oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
        description: 'What it takes.',
      },
      reason: {
        type: 'string',
        enum: ['not-loaded', 'outside-coverage', 'no-rows'],
        description: 'Why there are no rows.',
      },
      hint: {
        type: 'string',
        description:
          'What to do about it, in words for people: the value that was most likely meant, what is loaded from when to when, the template of a path that lacks a part.',
      },
    },
  };
}

/** The header of answers to questions for several values. */
export function noRowsHeader(): Json {
  return {
    schema: { type: 'string' },
    description:
      'Which of several values that were asked for have no rows; absent where all have some. A list of strings (RFC 9651), each like the query of a URL: `"article=Catt", "article=Dog&access=desktop"`. Where they are too many, `more;count=12` comes last.',
    example: '"article=Catt", "article=Dog&access=desktop"',
  };
}

/** The header that says why an answer has no rows. */
export function hintHeader(): Json {
  return {
    schema: { type: 'string' },
    description:
      'Why there are no rows, in words; absent where there are some. A display string (RFC 9651): what is not plain ASCII, `%` and `"` are percent-encoded. `reason` is there where nothing of the range was loaded: not-loaded or outside-coverage.',
    example: '%"Nothing is loaded for the project en.wikipdia: did you mean en.wikipedia?";reason=not-loaded',
  };
}

/** The header that says which name in a URL's query is ignored, though it is nearly an option's. */
export function ignoredHeader(): Json {
  return {
    schema: { type: 'string' },
    description:
      'A name in the query that is ignored, as AQS ignores it, though it is nearly that of an option; absent where there is none. A display string (RFC 9651): what is not plain ASCII, `%` and `"` are percent-encoded.',
    example: '%"The query parameter formt is ignored: did you mean format?"',
  };
}

/** The problems that operations refer to. */
export function problemResponses(): Json {
  const response = (code: ProblemCode, description: string): Json => ({
    description: `${description} ${PROBLEMS[code].doc}`,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  return {
    BadRequest: response('invalid-parameter', 'A mistake in the request.'),
    NotFound: response('not-found', 'No data.'),
    NotAcceptable: response('not-acceptable', 'No such form.'),
    TooManyRequests: response('too-many-requests', 'Too many at a time.'),
    Unavailable: response('unavailable', 'The engine is down, or too much is asked.'),
  };
}
