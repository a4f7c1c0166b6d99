import { STREAM_NAME } from '../log/event-log.ts';
import { DURATION } from './duration.ts';
import { FIELD_TYPES, type FieldType, type JsonSchema } from './stream.ts';

/** A stream, as its owner writes it. */
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
/** After the colon stands what it is for; mistakes tell what is before. */
const duration = (purpose: string) => ({ ...DURATION, description: `${DURATION.description}: ${purpose}` });

export const FIELD_NAME = '^[a-z][a-z0-9_]{0,59}$';
const FIELD = {
  type: 'string',
  pattern: FIELD_NAME,
  description: 'a name of small letters, digits and underscores that begins with a letter, of at most 60',
};

/** What a stream's file may hold, as JSON Schema: for editors, and for the check. */
export const STREAM_FORM = object(
  ['stream', 'title', 'owner'],
  {
    stream: {
      type: 'string',
      pattern: STREAM_NAME.source,
      description:
        'a name of letters, digits, ".", "_" and "-" that begins with a letter or a digit, of at most 200: by it events are sent',
    },
    title: text('What an event of it is, in a few words.'),
    description: text('What to know of it, in Markdown.'),
    owner: text('Who answers for it: a name, an address.'),
    fields: {
      type: 'object',
      minProperties: 1,
      maxProperties: 200,
      propertyNames: FIELD,
      description: 'The members of an event, by name; or else `schema`.',
      additionalProperties: {
        type: ['string', 'object'],
        // A type alone may stand for it.
        pattern: `^(${FIELD_TYPES.join('|')})$`,
        description: `one of ${FIELD_TYPES.join(', ')}, or members that say more`,
        additionalProperties: false,
        required: ['type'],
        properties: {
          type: { enum: FIELD_TYPES, description: 'What its values are; time as 2024-03-01T12:30:00Z.' },
          description: text('What it tells.'),
          required: { type: 'boolean', description: 'Whether an event must have it; false unless given.' },
          values: { type: 'array', minItems: 1, maxItems: 500, items: text('A value that a text may be.') },
          longest: {
            type: 'integer',
            minimum: 1,
            maximum: 100_000,
            description: 'Of a text, in characters.',
          },
          personal: {
            type: 'boolean',
            description: 'Whether it says something about a person; false unless given.',
          },
        },
      },
    },
    schema: {
      type: 'object',
      description: 'JSON Schema of an event (2020-12, or draft-07 by its $schema), instead of `fields`.',
    },
    retention: duration('so long events are kept in the log and the raw table; 90 days unless given'),
    personal: object(
      [],
      {
        keep: duration('so long what is personal is kept, 0 days for never; 7 days unless given'),
        fields: {
          type: 'array',
          maxItems: 200,
          items: text('A member of the schema that says something about a person.'),
        },
      },
      'What of an event says something about a person.',
    ),
    sampling: object(
      ['share'],
      {
        share: { type: 'number', exclusiveMinimum: 0, maximum: 1, description: 'Which part is kept.' },
        by: text('The member by whose value it is decided: a session stays whole; meta.id unless given.'),
      },
      'Keeps a part of the events only.',
    ),
    time: object(
      ['field', 'window'],
      {
        field: text('The member that says when it happened.'),
        window: duration('so far from its receipt it may lie; beyond, the receipt counts'),
      },
      'By what an event comes into its hour, where it is not when it was received.',
    ),
    repeats: duration('so long the same id is the same event, sent again; 1 day unless given'),
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
