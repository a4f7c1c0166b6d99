import { EngineError } from '../../core/engine-error.ts';

/** Some rows of a result, by column. */
export interface Page {
  readonly length: number;
  /** Returns the texts of a column. @throws EngineError if it holds something else */
  text(column: number): (string | null)[];
  /** Returns the exact numbers of a column. @throws EngineError if it holds something else, or whole numbers beyond 2^53-1 */
  number(column: number): (number | null)[];
}

/** A column as Thrift's JavaScript reads it: one member is set. Its nulls are a bitmap. */
export interface RawColumn {
  readonly stringVal?: Raw<string>;
  readonly i64Val?: Raw<{ readonly buffer: Buffer; readonly offset: number }>;
  readonly doubleVal?: Raw<number>;
  readonly i32Val?: Raw<number>;
  readonly i16Val?: Raw<number>;
  readonly byteVal?: Raw<number>;
}

interface Raw<Value> {
  readonly values: readonly Value[];
  readonly nulls: Buffer;
}

/** Turns raw columns into a page. Without columns it is empty. */
export function pageOf(columns: readonly RawColumn[]): Page {
  const first = columns[0];
  const kinds = Object.values(first ?? {}) as (Raw<unknown> | null)[];
  return {
    length: kinds.find((kind) => kind?.values)?.values.length ?? 0,
    text: (column) => {
      const { stringVal } = columns[column] ?? {};
      if (!stringVal) throw new EngineError('hive', `column ${column} of the result holds no texts`);
      return withNulls(stringVal, (value) => value);
    },
    number: (column) => {
      const { i64Val, doubleVal, i32Val, i16Val, byteVal } = columns[column] ?? {};
      if (i64Val) return withNulls(i64Val, exact);
      const small = doubleVal ?? i32Val ?? i16Val ?? byteVal;
      if (!small) throw new EngineError('hive', `column ${column} of the result holds no numbers`);
      return withNulls(small, (value) => value);
    },
  };
}

function withNulls<From, To>({ values, nulls }: Raw<From>, read: (value: From) => To): (To | null)[] {
  const result = new Array<To | null>(values.length);
  for (let row = 0; row < result.length; row++) {
    const isNull = ((nulls[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
    result[row] = isNull ? null : read(values[row] as From);
  }
  return result;
}

function exact({ buffer, offset }: { readonly buffer: Buffer; readonly offset: number }): number {
  const value = buffer.readInt32BE(offset) * 2 ** 32 + buffer.readUInt32BE(offset + 4);
  // Up to here both halves and their sum are exact. Beyond, the sum may be rounded, but never to a smaller number.
  if (!Number.isSafeInteger(value))
    throw new EngineError('hive', 'a whole number of the result is beyond 2^53-1');
  return value;
}

/** Yields the pages that have rows behind an offset, each with the place of its first such row. */
export async function* pagesFrom(
  offset: number,
  pages: AsyncIterable<Page>,
): AsyncGenerator<{ readonly page: Page; readonly from: number }> {
  let skip = offset;
  for await (const page of pages) {
    const from = Math.min(skip, page.length);
    skip -= from;
    if (from < page.length) yield { page, from };
  }
}
