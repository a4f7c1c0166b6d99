import type { Rows } from '../../core/metric/table.ts';
import { named } from '../../core/value/named.ts';
import { NotTextError } from '../../core/value/text-of-bytes.ts';
import { BadRowError, FieldError, UnreadableFileError } from '../../load/bad-row.ts';
import { RowsBuilder } from '../../load/rows-builder.ts';
import type { Item } from '../../load/values.ts';
import type { RecordSink } from './row-source.ts';

/** A value of a record: a text, bytes that aren't UTF-8, a number, or nothing. */
export type Value = string | Uint8Array | number | null;

/**
 * Yields the rows of records that have values instead of lines.
 * @param label names the source in messages
 * @param read reads the named columns
 * @param numberOf returns the number of a record in the source, by its place from 1
 * @throws UnreadableFileError if a column is marked as text and isn't; other errors of `read`
 */
export async function* rowsOfRecords(
  { table, items, onBad }: RecordSink,
  label: string,
  read: (names: readonly string[]) => AsyncIterable<readonly (readonly Value[])[]>,
  numberOf: (place: number) => number = (place) => place,
): AsyncGenerator<Rows> {
  const names = [...new Set(items.columns.required)];
  const rows = new RowsBuilder(table);
  let place = 0;
  for await (const batch of textsOf(label, read(names))) {
    for (const values of batch) {
      const number = numberOf(++place);
      const before = rows.length;
      try {
        items.append(itemOf(names, values), rows, number);
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        for (const one of [error, ...error.others])
          onBad(BadRowError.of(one, { file: label, unit: 'item', number }));
        rows.truncate(before);
      }
    }
    if (rows.held > 0) yield rows.take();
  }
}

/** @throws UnreadableFileError if a column is marked as text and isn't; errors of reading */
async function* textsOf<Batch>(label: string, batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  try {
    yield* batches;
  } catch (error) {
    if (!(error instanceof NotTextError)) throw error;
    throw new UnreadableFileError(label, error.message, { cause: error });
  }
}

/** @throws FieldError for a value of bytes that is not UTF-8 */
function itemOf(names: readonly string[], values: readonly Value[]): Item {
  return named(
    names.map((name, i) => {
      const value = values[i];
      if (value instanceof Uint8Array)
        throw new FieldError(
          name,
          `holds ${bytesInWords(value)}, which are not UTF-8 text: write it as UTF-8`,
        );
      return [name, value];
    }),
  );
}

/** Returns bytes in hexadecimal, such as `5a fc 72`, shortened if there are many. */
function bytesInWords(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, 20), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `the bytes ${digits}${bytes.length > 20 ? ' …' : ''}`;
}
