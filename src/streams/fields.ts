import { FIELD_TYPES, type FieldType, type JsonSchema, type StreamField } from './stream.ts';
import type { FieldText, StreamText } from './stream-text.ts';

/** The maximum length of a text whose owner sets none, in characters. No page address is longer. */
const MAX_TEXT_LENGTH = 10_000;

/** The field types as JSON Schema. */
const TYPES: Readonly<Record<FieldType, JsonSchema>> = {
  text: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  time: { type: 'string', format: 'date-time' },
};

/** Returns the JSON Schema that declared fields stand for. */
export function schemaOfFields(fields: NonNullable<StreamText['fields']>): JsonSchema {
  const entries = Object.entries(fields).map(([name, text]) => [name, fieldText(text)] as const);
  return {
    type: 'object',
    additionalProperties: false,
    required: entries.flatMap(([name, { required }]) => (required === true ? name : [])),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, schemaOfField(field)])),
  };
}

function schemaOfField({ type, description, values, longest }: FieldText): JsonSchema {
  return {
    ...TYPES[type],
    ...(type === 'text' && { maxLength: longest ?? MAX_TEXT_LENGTH }),
    ...(description !== undefined && { description }),
    ...(values && { enum: values }),
  };
}

/** Returns the fields of a stream: those it declares, or else the properties of its schema. */
export function fieldsOf({ fields, schema, personal }: StreamText): StreamField[] {
  if (fields) {
    return Object.entries(fields).map(([name, text]) => {
      const { type, description, personal: isPersonal } = fieldText(text);
      return { name, type, personal: isPersonal ?? false, ...(description !== undefined && { description }) };
    });
  }
  const members = Object.entries(propertiesOf(schema ?? {})).filter(([name]) => !ENVELOPE.includes(name));
  return members.map(([name, member]) => ({
    name,
    type: typeOf(member),
    personal: personal?.fields?.includes(name) ?? false,
    ...(typeof member.description === 'string' && { description: member.description }),
  }));
}

/** The members that an event of any stream may have. */
const ENVELOPE = ['$schema', 'meta'];

/** Adds the envelope's members to a schema, unless the schema declares them itself. */
export function withEnvelope(schema: JsonSchema): JsonSchema {
  const envelope = { $schema: { type: 'string', maxLength: MAX_TEXT_LENGTH }, meta: { type: 'object' } };
  return { ...schema, properties: { ...envelope, ...propertiesOf(schema) } };
}

function propertiesOf({ properties }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const isObject = typeof properties === 'object' && properties !== null;
  return isObject ? (properties as Record<string, JsonSchema>) : {};
}

function fieldText(text: FieldType | FieldText): FieldText {
  return typeof text === 'string' ? { type: text } : text;
}

function typeOf(member: JsonSchema): FieldType | 'json' {
  if (member.type === 'string' && member.format === 'date-time') return 'time';
  return FIELD_TYPES.find((name) => name !== 'time' && TYPES[name].type === member.type) ?? 'json';
}
