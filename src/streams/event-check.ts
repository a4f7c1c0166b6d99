import { _, Ajv, str, type CodeKeywordDefinition, type ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema } from './stream.ts';

/** A mistake in an event: a JSON pointer to the place, and what is wrong there. */
export interface EventMistake {
  readonly path: string;
  readonly message: string;
}

/** Returns the mistakes of an event; none if the event fits its stream's schema. */
export type EventCheck = (event: unknown) => EventMistake[];

/** RFC 3339 with seconds, the only form that the rest of the pipeline reads. */
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * JSON Schema's `maxLength`, which counts code points. Ajv counts the code points of every text, which takes most of
 * the time of a check. Here a text is counted only if its number of UTF-16 units leaves the result open.
 */
const MAX_LENGTH: CodeKeywordDefinition = {
  keyword: 'maxLength',
  type: 'string',
  schemaType: 'number',
  error: { message: ({ schemaCode }) => str`must NOT have more than ${schemaCode} characters` },
  code(context) {
    const { data, schemaCode: most } = context;
    const isTooLong = _`${data}.length > 2 * ${most} || [...${data}].length > ${most}`;
    context.fail(_`${data}.length > ${most} && (${isTooLong})`);
  },
};

/** Compiles the check of a schema. @throws Error whose message says what is wrong with the schema itself */
export function checkOf(schema: JsonSchema): EventCheck {
  const isOld = typeof schema.$schema === 'string' && schema.$schema.includes('draft-07');
  const options = { allErrors: false, strict: true, strictRequired: false, logger: false } as const;
  const ajv = isOld ? new Ajv(options) : new Ajv2020(options);
  ajv.addFormat('date-time', (text: string) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)));
  ajv.removeKeyword('maxLength').addKeyword(MAX_LENGTH);
  // `$id` and `$schema` are dropped: Ajv must not look up the URLs they hold.
  const { $id: _id, $schema: _schema, ...rest } = schema;
  const check = ajv.compile(rest);
  return (event) => (check(event) ? [] : (check.errors ?? []).map(mistakeOf));
}

function mistakeOf({ instancePath, message = 'is wrong', params, keyword }: ErrorObject): EventMistake {
  const { allowedValues, additionalProperty } = params as Record<string, unknown>;
  if (keyword === 'enum') {
    return { path: instancePath, message: `must be one of ${(allowedValues as unknown[]).join(', ')}` };
  }
  if (keyword === 'additionalProperties') {
    return { path: instancePath, message: `must not have ${String(additionalProperty)}` };
  }
  return { path: instancePath, message };
}
