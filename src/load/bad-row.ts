import { WrittenNumber } from '../core/value/exact-json.ts';

/** The place of a row in the files: a line, an item of an answer, or a row of a Parquet file, counted from 1. */
export interface Place {
  readonly file: string;
  readonly unit: 'line' | 'item' | 'row';
  readonly number: number;
}

/** What mistakes of one kind have in common, and where they differ. */
export interface Likeness {
  /** The kind, a word. Mistakes of one kind in one column are told together. */
  readonly kind: string;
  /** What distinguishes this mistake from others of its kind: the text, another line. */
  readonly shown: string;
}

/** A mistake in one item, before its place in the file is known. */
export class FieldError extends Error {
  /** The field as named in the file: `views`, `articles[3].views`; undefined for a mistake of the whole row. */
  readonly field: string | undefined;
  /** Further mistakes of the item, if the reader looked for all of them. */
  readonly others: readonly FieldError[];
  readonly likeness: Likeness | undefined;

  constructor(
    field: string | undefined,
    reason: string,
    others: readonly FieldError[] = [],
    likeness?: Likeness,
  ) {
    super(reason);
    this.name = 'FieldError';
    this.field = field;
    this.others = others;
    this.likeness = likeness;
  }
}

/** A row that can't be imported. The message is `pageviews.ndjson:17: field "views": …`. */
export class BadRowError extends Error {
  readonly place: Place;
  readonly field: string | undefined;
  readonly reason: string;
  readonly likeness: Likeness | undefined;

  /** The mistake of an item at a place. */
  static of({ field, message, likeness }: FieldError, place: Place): BadRowError {
    return new BadRowError(place, field, message, likeness);
  }

  constructor(place: Place, field: string | undefined, reason: string, likeness?: Likeness) {
    const where =
      place.unit === 'line' ? `${place.file}:${place.number}` : `${place.file} ${place.unit} ${place.number}`;
    super(field === undefined ? `${where}: ${reason}` : `${where}: field "${field}": ${reason}`);
    this.name = 'BadRowError';
    this.place = place;
    this.field = field;
    this.reason = reason;
    this.likeness = likeness;
  }
}

/** A file that can't be read at all: missing, truncated, or in an unknown format. */
export class UnreadableFileError extends Error {
  readonly file: string;

  constructor(file: string, reason: string, options?: { cause?: unknown }) {
    super(`${file}: ${reason}`, options);
    this.name = 'UnreadableFileError';
    this.file = file;
  }
}

/** Returns a value as it stands in the file, shortened for messages. */
export function excerptOf(value: unknown): string {
  const text = value instanceof WrittenNumber ? value.text : (JSON.stringify(value) ?? String(value));
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
