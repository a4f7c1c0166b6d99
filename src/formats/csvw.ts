import type { RowStyle } from './row-style.ts';

/** What a column of an answer's table holds. */
export interface Column {
  readonly name: string;
  readonly doc: string;
  /** As CSV and TSV have it; a date is `2024-03-01`, an hour `2024-03-01T06Z`. */
  readonly type: 'string' | 'integer' | 'number' | 'date' | 'datetime';
  readonly role: 'dimension' | 'time' | 'measure';
  readonly unit?: string;
  /** The texts that stand for nothing, as CSV on the Web has them. Elsewhere `NA` is Namibia and `nan` a language. */
  readonly null: readonly string[];
}

/**
 * The columns of a table of comma-separated values as a reader of CSV on the Web takes them: which
 * texts are null, and what the others are. Source: W3C, Metadata Vocabulary for Tabular Data.
 */
export function tableSchema(columns: readonly Column[], { time }: RowStyle): object {
  return {
    columns: columns.map(({ name, doc, type, null: nulls }) => ({
      // Names are variables of URI templates, which have no hyphens.
      name: name.replace(/[^A-Za-z0-9_]/g, '_'),
      titles: name,
      'dc:description': doc,
      // `2024-03-01T06Z` is none of its dates and times: only `time=iso` writes those.
      datatype: type === 'datetime' && time !== 'iso' ? 'string' : type,
      null: nulls,
    })),
  };
}
