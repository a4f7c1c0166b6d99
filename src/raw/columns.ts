import type { FieldType, Stream } from '../streams/stream.ts';

/** A column of a raw table: a field of its stream. */
export interface RawColumn {
  readonly name: string;
  /** In SQL of DuckDB. Times stay text, as they were sent: an instant has other types in every engine. */
  readonly type: string;
  readonly personal: boolean;
}

const TYPES: Readonly<Record<FieldType | 'json', string>> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  time: 'VARCHAR',
  json: 'JSON',
};

/**
 * The columns of a stream's raw table besides `meta`, in their order. SQL knows names without case:
 * of those that differ in it alone the first one counts.
 */
export function columnsOf(stream: Stream): RawColumn[] {
  const names = new Set(['meta', POSITION]);
  return stream.fields.flatMap(({ name, type, personal }) => {
    if (names.has(name.toLowerCase())) return [];
    names.add(name.toLowerCase());
    return [{ name, type: TYPES[type], personal }];
  });
}

/** Under this name a record's position is put into its text on the way to the table. */
export const POSITION = '_position';
