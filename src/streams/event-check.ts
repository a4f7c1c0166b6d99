import { Ajv, type ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonSchema } from './stream.ts';

/** What is wrong with an event: where, as a JSON pointer, and what. */
export interface EventMistake {
  readonly path: string;
  readonly message: string;
}

/** Tells what is wrong with an event; nothing where it is as its stream wants it. */
export type EventCheck = (event: unknown) => EventMistake[];

/** RFC 3339, with seconds: what all of the pipeline reads. */
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Makes the check of a schema.
 * @throws Error whose message says what is wrong with the schema itself
 */
export function checkOf(schema: JsonSchema): EventCheck {
  const isOld = typeof schema.$schema === 'string' && schema.$schema.includes('draft-07');
  const options = { allErrors: false, strict: true, strictRequired: false, logger: false } as const;
  const ajv = isOld ? new Ajv(options) : new Ajv2020(options);
  ajv.addFormat('date-time', (text: string) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)));
  // Schemas name themselves and what they follow by URLs that nobody is asked for.
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
