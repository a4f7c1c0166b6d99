import { FIELD_TYPES, type FieldType, type JsonSchema, type StreamField } from './stream.ts';
import type { FieldText, StreamText } from './stream-text.ts';

/** How long a text may be where its owner says nothing: more than any address of a page. */
const LONGEST = 10_000;

/** What JSON Schema calls the types. */
const TYPES: Readonly<Record<FieldType, JsonSchema>> = {
  text: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  time: { type: 'string', format: 'date-time' },
};

/** The JSON Schema that fields stand for. */
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
    ...(type === 'text' && { maxLength: longest ?? LONGEST }),
    ...(description !== undefined && { description }),
    ...(values && { enum: values }),
  };
}

/** The fields of a stream that has them, or else those that its schema names. */
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

/** The members that any event may have, whatever its stream. */
const ENVELOPE = ['$schema', 'meta'];

/** A schema that takes those, too, where it doesn't name them. */
export function withEnvelope(schema: JsonSchema): JsonSchema {
  const envelope = { $schema: { type: 'string', maxLength: LONGEST }, meta: { type: 'object' } };
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
