import { STREAM_NAME } from '../log/event-log.ts';
import { DURATION } from './duration.ts';
import { FIELD_TYPES, type FieldType, type JsonSchema } from './stream.ts';

/** A stream as its owner writes it. */
export interface StreamText {
  readonly stream: string;
  readonly title: string;
  readonly description?: string;
  readonly owner: string;
  readonly fields?: Readonly<Record<string, FieldType | FieldText>>;
  readonly schema?: JsonSchema;
  readonly retention?: string;
  readonly personal?: { readonly keep?: string; readonly fields?: readonly string[] };
  readonly sampling?: { readonly share: number; readonly by?: string };
  readonly time?: { readonly field: string; readonly window: string };
  readonly repeats?: string;
  readonly site?: string;
  readonly sequence?: { readonly host: string; readonly number: string };
}

export interface FieldText {
  readonly type: FieldType;
  readonly description?: string;
  readonly required?: boolean;
  readonly values?: readonly string[];
  readonly longest?: number;
  readonly personal?: boolean;
}

const text = (description: string) => ({ type: 'string', minLength: 1, maxLength: 10_000, description });
const object = (required: readonly string[], properties: Record<string, object>, description: string) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
  description,
});
/** Mistakes quote only what stands before the colon; the purpose after it is for editors. */
const duration = (purpose: string) => ({ ...DURATION, description: `${DURATION.description}: ${purpose}` });

export const FIELD_NAME = '^[a-z][a-z0-9_]{0,59}$';
const FIELD = {
  type: 'string',
  pattern: FIELD_NAME,
  description: 'a name of at most 60 lower-case letters, digits and underscores that begins with a letter',
};

/** The JSON Schema of a stream's file, for editors and for validation. */
export const STREAM_FORM = object(
  ['stream', 'title', 'owner'],
  {
    stream: {
      type: 'string',
      pattern: STREAM_NAME.source,
      description:
        'a name of at most 200 letters, digits, ".", "_" and "-" that begins with a letter or a digit: events are sent by it',
    },
    title: text('What one event is, in a few words.'),
    description: text('What users should know about the stream, in Markdown.'),
    owner: text('Who is responsible for the stream: a name, an address.'),
    fields: {
      type: 'object',
      minProperties: 1,
      maxProperties: 200,
      propertyNames: FIELD,
      description: 'The members of an event, by name. A stream has either these or `schema`.',
      additionalProperties: {
        type: ['string', 'object'],
        // A bare type is short for `type: …`.
        pattern: `^(${FIELD_TYPES.join('|')})$`,
        description: `one of ${FIELD_TYPES.join(', ')}, or an object with a type and other members`,
        additionalProperties: false,
        required: ['type'],
        properties: {
          type: { enum: FIELD_TYPES, description: 'Its type; a time is written 2024-03-01T12:30:00Z.' },
          description: text('What the field means.'),
          required: { type: 'boolean', description: 'Whether an event must have it; false unless given.' },
          values: { type: 'array', minItems: 1, maxItems: 500, items: text('An allowed value of a text.') },
          longest: {
            type: 'integer',
            minimum: 1,
            maximum: 100_000,
            description: 'The maximum length of a text, in characters.',
          },
          personal: {
            type: 'boolean',
            description: 'Whether the field says something about a person. The default is false.',
          },
        },
      },
    },
    schema: {
      type: 'object',
      description: 'JSON Schema of an event (2020-12, or draft-07 by its $schema), instead of `fields`.',
    },
    retention: duration('how long events are kept in the log and the raw table; the default is 90 days'),
    personal: object(
      [],
      {
        keep: duration(
          'how long personal fields are kept; 0 days means that they are never kept; the default is 7 days',
        ),
        fields: {
          type: 'array',
          maxItems: 200,
          items: text('A member of the schema that says something about a person.'),
        },
      },
      'The fields that say something about a person.',
    ),
    sampling: object(
      ['share'],
      {
        share: { type: 'number', exclusiveMinimum: 0, maximum: 1, description: 'The share that is kept.' },
        by: text(
          'The member that decides: events with equal values are kept or dropped together. The default is meta.id.',
        ),
      },
      'Keeps only a part of the events.',
    ),
    time: object(
      ['field', 'window'],
      {
        field: text('The member that says when the event happened.'),
        window: duration('how far from the receipt it may lie; beyond that, the receipt counts'),
      },
      'The time that gives the hour of an event, if that is not the time of receipt.',
    ),
    repeats: duration('how long another event with the same id counts as a repetition; the default is 1 day'),
    site: text(
      'The member that names the site of an event: a text. Only events of some sites are collected (KRAKEN_SITES).',
    ),
    sequence: object(
      ['host', 'number'],
      {
        host: text('The member that says who numbers the events: a text.'),
        number: text('The member that is the number: an integer that grows by one.'),
      },
      'How senders number their events, so that losses are found.',
    ),
  },
  'A stream of events.',
);
