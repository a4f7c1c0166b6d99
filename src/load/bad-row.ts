import { WrittenNumber } from '../core/value/exact-json.ts';

/** Where in the files a row is: a line, or an item of an answer. Both count from 1. */
export interface Place {
  readonly file: string;
  readonly unit: 'line' | 'item';
  readonly number: number;
}

/** What is wrong with one item, before it is said where it was. */
export class FieldError extends Error {
  /** The field as in the file: `views`, `articles[3].views`; undefined where it is the whole row. */
  readonly field: string | undefined;
  /** What else is wrong with it, where more was looked for than the first. */
  readonly others: readonly FieldError[];

  constructor(field: string | undefined, reason: string, others: readonly FieldError[] = []) {
    super(reason);
    this.name = 'FieldError';
    this.field = field;
    this.others = others;
  }
}

/** A row that can't be taken. The message is `pageviews.ndjson:17: field "views": …`. */
export class BadRowError extends Error {
  readonly place: Place;
  readonly field: string | undefined;
  readonly reason: string;

  constructor(place: Place, field: string | undefined, reason: string) {
    const where =
      place.unit === 'line' ? `${place.file}:${place.number}` : `${place.file} item ${place.number}`;
    super(field === undefined ? `${where}: ${reason}` : `${where}: field "${field}": ${reason}`);
    this.name = 'BadRowError';
    this.place = place;
    this.field = field;
    this.reason = reason;
  }
}

/** A file that can't be read at all: missing, truncated, no known format. */
export class UnreadableFileError extends Error {
  readonly file: string;

  constructor(file: string, reason: string, options?: { cause?: unknown }) {
    super(`${file}: ${reason}`, options);
    this.name = 'UnreadableFileError';
    this.file = file;
  }
}

/** A value as it stands in the file, cut where it is long. */
export function shown(value: unknown): string {
  const text = value instanceof WrittenNumber ? value.text : (JSON.stringify(value) ?? String(value));
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
