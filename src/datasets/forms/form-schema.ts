import { list, text } from '../schema-parts.ts';
import { ENCODINGS, SEPARATORS } from './text-form.ts';

/** The members of a data set that say how its file is written, as JSON Schema. */
export const FORM = {
  date: {
    description:
      'The column of the start of the period: 2024-03-01, 2024/03/01, 20240301, months also 2024-03. With members, dates may have another format.',
    type: ['string', 'object'],
    minLength: 1,
    maxLength: 10_000,
    additionalProperties: false,
    required: ['column'],
    properties: {
      column: text('The column of the start of the period, as the header spells it.'),
      format: text(
        'How its dates are written: dd/mm/yyyy, mm/dd/yyyy, dd.mm.yyyy hh:mm. dd is the day, mm the month, mmm its name, yyyy or yy the year, hh:mm the hour.',
      ),
    },
  },
  separator: {
    enum: Object.keys(SEPARATORS),
    description: 'What separates the fields of a line. The default is a tab or a comma, as the header shows.',
  },
  decimal: {
    enum: ['.', ','],
    description: 'The sign before the decimals of numbers: 1.5 or 1,5. The default is a point.',
  },
  thousands: {
    enum: ['.', ',', "'", 'space'],
    description:
      "The sign between thousands, as in 12.345 or 12,345; space for blanks, ' for apostrophes. By default there is none.",
  },
  encoding: { enum: ENCODINGS, description: 'The encoding of the text. The default is utf-8.' },
  header: {
    description:
      'The line of the header, counted from 1; lines before it are not read. Or the names of the columns, for a file without a header. The default is the first line.',
    type: ['integer', 'array'],
    minimum: 1,
    maximum: 1_000_000,
    minItems: 1,
    maxItems: 10_000,
    items: { type: 'string', description: 'The name of a column.' },
  },
  sheet: text('The sheet of an Excel file. The default is its only sheet.'),
  comment: {
    type: 'string',
    minLength: 1,
    maxLength: 10,
    description: 'Lines that begin with this text are comments and not read: #.',
  },
  trim: {
    type: 'boolean',
    description: 'Whether blanks around the values of dimensions are removed. The default is true.',
  },
  total: {
    description:
      'Texts that mark the totals of a file, such as Total: rows with one of them as their date or as a value of a dimension are not read.',
    type: ['string', 'array'],
    minLength: 1,
    minItems: 1,
    maxItems: 100,
    items: text('A text.'),
  },
  missing: list('Texts that stand for a missing number, besides an empty one: NA.', { type: 'string' }),
} as const;
