import { FORM } from './forms/form-schema.ts';
import { INTERVAL, TYPES } from './remote/declared-url.ts';
import { list, object, text } from './schema-parts.ts';

const NAME = {
  type: 'string',
  pattern: '^[a-z][a-z0-9-]{0,59}$',
  description: 'a name of at most 60 lower-case letters, digits and hyphens that begins with a letter',
};
const FIELD = {
  type: 'string',
  pattern: '^[a-z][a-z0-9_-]{0,59}$',
  description: 'a name of lower-case letters, digits, hyphens and underscores that begins with a letter',
};
const ID = {
  type: 'string',
  pattern: '^[a-z0-9][a-z0-9_-]{0,79}$',
  description: 'an id of lower-case letters, digits, hyphens and underscores',
};
const COLUMN = text('A column of the file, as its header spells it. The default is the name itself.');
const SHOWN_DATA = {
  ...list('What is drawn: paths under /metrics as the explorer shows them, or names of data sets.', {
    type: ['string', 'object'],
    minLength: 1,
    additionalProperties: false,
    required: ['path'],
    properties: {
      path: text("A path under /metrics, or a data set's name for all of it."),
      measure: text("The measure to draw, if it isn't the metric's first."),
      label: text('The label of its line.'),
    },
  }),
  maxItems: 50,
};
const GRAPH = {
  title: text('The title of the picture.'),
  description: text('What readers should know about it, in Markdown.'),
  data: SHOWN_DATA,
  scale: { enum: ['linear', 'log'], description: 'The scale of the numbers. The default is linear.' },
};

const ANNOTATIONS = {
  ...list('Dated notes on the numbers, which charts show.', {
    ...object(['date', 'text'], {
      date: text(
        'The day, month, year or hour that it is about, in UTC: 2024-03-01, 2024-03, "2024", 2024-03-01T05.',
      ),
      until: text('The last day, month, year or hour, if it is about several.'),
      text: { ...text('What readers should know about that time.'), maxLength: 2000 },
      where: {
        type: 'object',
        minProperties: 1,
        description: 'The values of dimensions that it is about. The default is all.',
        additionalProperties: {
          type: ['string', 'array'],
          minLength: 1,
          minItems: 1,
          maxItems: 100,
          items: text('A value.'),
        },
      },
    }),
  }),
  maxItems: 1000,
};

/** The members that say where the numbers of a data set come from. It has exactly one of them. */
export const SOURCES = ['question', 'file', 'url', 'table', 'stream'] as const;

/** How a dimension is made of a field of a stream. */
export const AS = ['lower-case', 'host', 'first-segment', 'present'] as const;

const DATASET = object(['dataset', 'title'], {
  dataset: { ...NAME, description: `${NAME.description}: its metric, and its path /datasets/NAME/…` },
  title: text('What is counted, in a few words.'),
  description: text('What its numbers mean, in Markdown.'),
  owner: text('Who is responsible for the data.'),
  licence: text(
    "The licence of the values, an id of the SPDX list: CC0-1.0, CC-BY-4.0; LicenseRef-NAME for one that isn't listed. A saved question has the licence of its metric.",
  ),
  source: text('Where the data comes from: a URL, a sentence.'),
  caveats: list('What a reader should know before trusting the numbers.', text('A sentence.')),
  annotations: ANNOTATIONS,
  examples: list(
    'Paths under /metrics that have an answer. The default is one path for the whole data set.',
    text('A path.'),
  ),
  question: {
    ...object(['metric'], {
      metric: text('The metric that the question is about.'),
      where: {
        type: 'object',
        description:
          'The values of its dimensions. A dimension with one value is fixed; with several, a path chooses among them; the others stay open.',
        additionalProperties: {
          type: ['string', 'array'],
          minLength: 1,
          minItems: 1,
          maxItems: 100,
          items: text('A value.'),
        },
      },
    }),
    description: 'A saved question: another metric with fixed values. It follows the data of that metric.',
  },
  file: text(
    'A file in the folder of this one: CSV, TSV, JSON lines (packed by gzip, bzip2 or zstd, too), Excel (.xlsx) or Parquet.',
  ),
  table: text("A table of the warehouse: Hive's DATABASE.TABLE, or a folder of Parquet files in the lake."),
  stream: text('A stream of events that Kraken collects. Its events are counted in the periods of `grain`.'),
  url: {
    ...text('an address that begins with https://: the file is fetched from there, and again now and then.'),
    pattern: '^https://[^/@]+(/|$)',
  },
  every: {
    type: 'string',
    pattern: INTERVAL,
    description:
      'an interval such as 6 hours or 2 days: how often the file of a URL is fetched. The default is 1 day.',
  },
  type: {
    enum: TYPES,
    description: "What the file of a URL is, if its path doesn't end like the name of such a file.",
  },
  grain: { enum: ['hourly', 'daily', 'monthly'], description: 'The period of a row.' },
  ...FORM,
  dimensions: list("The columns, or the stream's fields, whose values identify a series.", {
    ...FIELD,
    type: ['string', 'object'],
    additionalProperties: false,
    required: ['name'],
    properties: {
      name: FIELD,
      column: COLUMN,
      field: text('A field of the stream. The default is the name itself.'),
      as: {
        enum: AS,
        description:
          "How its values are made of the field's: lower-case; host, of a URL; first-segment, of a path; present: whether there is one. The default is the value itself.",
      },
      borders: {
        ...list(
          'For a number: the borders of its ranges, in ascending order. A border belongs to the range above it.',
          {
            type: 'number',
          },
        ),
        maxItems: 100,
      },
      description: text('What the dimension means.'),
      values: {
        ...list('The values that exist, if they are a closed list.', text('A value.')),
        maxItems: 500,
      },
      total: text('The value that stands for all the others together.'),
      names: {
        enum: ['country'],
        description:
          'country: its values are country codes (ISO 3166-1, such as FR), whose names can be requested with them.',
      },
    },
  }),
  measures: {
    type: 'object',
    minProperties: 1,
    maxProperties: 50,
    propertyNames: FIELD,
    description:
      "The columns of numbers, or what is counted of a stream's events, by the names under which they are served. Without members, a measure of a stream is the number of its events.",
    additionalProperties: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        column: COLUMN,
        sum: text('A field of the stream, a number: it is added up.'),
        unique: text('A field of the stream: its different values are counted, within about 2 %.'),
        unit: text("What is counted: views. The default is the measure's name."),
        description: text('What the number means.'),
        kind: {
          enum: ['count', 'difference', 'decimal'],
          description:
            'count: whole numbers; difference: also negative ones; decimal: any number. The default is count.',
        },
        additive: {
          type: 'boolean',
          description: 'Whether sums over time and values mean something. The default is true.',
        },
      },
    },
  },
  wide: {
    ...object(['dimension'], {
      dimension: FIELD,
      description: text('What the dimension means.'),
      columns: {
        type: 'object',
        minProperties: 1,
        description:
          'The columns, each with its value of the dimension. The default is all columns but the date.',
        additionalProperties: { type: ['string', 'null'], minLength: 1 },
      },
      total: text('The value that stands for all the others together.'),
    }),
    description:
      'For a file with one column for each series: its columns become the values of one dimension.',
  },
  where: {
    type: 'object',
    minProperties: 1,
    description: 'Fields of the stream, each with the values of the events that are counted.',
    additionalProperties: {
      type: ['string', 'number', 'boolean', 'array'],
      minLength: 1,
      minItems: 1,
      maxItems: 100,
      items: { type: ['string', 'number', 'boolean'], description: 'A value.' },
    },
  },
  complete: {
    type: 'boolean',
    description:
      'Whether the data is complete from the first row of a series to its last: a missing row means zero. An empty number is unknown. The default is false.',
  },
});

const DASHBOARD = object(['dashboard', 'headline', 'tabs'], {
  dashboard: ID,
  headline: text('The title of the page.'),
  subhead: text('A line below it.'),
  tabs: {
    ...list(
      'The tabs of the page.',
      object(['name', 'graphs'], {
        name: text('The name of the tab.'),
        graphs: {
          ...list('Its graphs: ids of graphs, names of data sets, or graphs written here.', {
            type: ['string', 'object'],
            minLength: 1,
            additionalProperties: false,
            required: ['title', 'data'],
            properties: { graph: ID, ...GRAPH },
          }),
          maxItems: 100,
        },
      }),
    ),
    maxItems: 50,
  },
});

const METRIC = object(['metric', 'annotations'], {
  metric: text('The name of a metric of Kraken, such as pageviews-per-article.'),
  annotations: ANNOTATIONS,
});

/** The kinds of documents, by the member that identifies each. */
export const KINDS = {
  dataset: DATASET,
  graph: object(['graph', 'title', 'data'], { graph: ID, ...GRAPH }),
  dashboard: DASHBOARD,
  metric: METRIC,
} as const;

export type Kind = keyof typeof KINDS;

/** Returns the JSON Schema of one document of a data owner's file, for editors and for validation. */
export function datasetsSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: "A data owner's file",
    description:
      'A data set, a graph, a dashboard or notes on a metric; a file may have several, with --- between them.',
    oneOf: Object.keys(KINDS).map((kind) => ({ $ref: `#/$defs/${kind}` })),
    $defs: {
      ...KINDS,
      dataset: {
        ...DATASET,
        oneOf: SOURCES.map((source) => ({ required: [source] })),
      },
    },
  };
}
