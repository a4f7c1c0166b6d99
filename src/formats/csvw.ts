import type { RowStyle } from './row-style.ts';

export interface Column {
  readonly name: string;
  readonly doc: string;
  /** The type in CSV and TSV; a date is `2024-03-01`, a datetime `2024-03-01T06Z`. */
  readonly type: 'string' | 'integer' | 'number' | 'date' | 'datetime';
  readonly role: 'dimension' | 'time' | 'measure';
  readonly unit?: string;
  /** The texts that mean null. Any other text is a value: `NA` is Namibia, and `nan` is a language. */
  readonly null: readonly string[];
}

/** The `tableSchema` of CSV on the Web for some columns. Source: W3C, Metadata Vocabulary for Tabular Data. */
export function tableSchema(columns: readonly Column[], { time }: RowStyle): object {
  return {
    columns: columns.map(({ name, doc, type, null: nulls }) => ({
      // Names are used as variables of URI templates, which can't contain hyphens.
      name: name.replace(/[^A-Za-z0-9_]/g, '_'),
      titles: name,
      'dc:description': doc,
      // CSV on the Web doesn't accept `2024-03-01T06Z` as a datetime; only `time=iso` writes valid ones.
      datatype: type === 'datetime' && time !== 'iso' ? 'string' : type,
      null: nulls,
    })),
  };
}
