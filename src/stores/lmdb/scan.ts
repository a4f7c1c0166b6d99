import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredCell } from '../series-store.ts';
import { cellsOfBundle } from './bundle.ts';
import { lmdbError } from './lmdb-error.ts';
import type { BundleKey, Range, TableKeys } from './keys.ts';

/** How many bundles are held at a time. The largest are lists of a thousand entries, some 30 KB each. */
const BUNDLES = 256;

/**
 * Yields all cells of a table, in the order of their bundles' keys.
 * @param read returns the first bundles of a range, without its start
 */
export async function* scanBundles(
  keys: TableKeys,
  read: (range: Range, limit: number) => { readonly key: Uint8Array; readonly value: Uint8Array }[],
): AsyncGenerator<readonly StoredCell[]> {
  let range = keys.all();
  for (let seen = BUNDLES; seen === BUNDLES; await nextTurn()) {
    const found = read(range, BUNDLES);
    seen = found.length;
    const last = found.at(-1);
    if (!last) return;
    yield found.flatMap(({ key, value }) => {
      const parts = keys.parse(key);
      return parts ? cellsAt(parts, key.length, value) : [];
    });
    range = { ...range, start: last.key };
  }
}

/** Returns the cells of one bundle. @throws EngineError if it is damaged */
function cellsAt({ period, row, column }: BundleKey, keyBytes: number, bundle: Uint8Array): StoredCell[] {
  const whole = Buffer.concat([row, period]);
  const cells: StoredCell[] = [];
  let held = keyBytes;
  let before = 0;
  try {
    for (const cell of cellsOfBundle(bundle)) {
      // The lengths and the period before the cell belong to it.
      const end = cell.value.byteOffset - bundle.byteOffset + cell.value.length;
      cells.push({
        row: whole,
        column: Buffer.concat([column, cell.period]),
        periodBytes: cell.period.length,
        value: cell.value,
        bytes: held + end - before,
      });
      before = end;
      held = 0;
    }
  } catch (error) {
    throw lmdbError("can't read the series store", error);
  }
  return cells;
}
