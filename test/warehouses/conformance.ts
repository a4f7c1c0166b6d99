import type { Warehouse } from '../../src/warehouses/warehouse.ts';
import { aggregatingConformance } from './conformance-aggregating.ts';
import { derivingConformance } from './conformance-deriving.ts';
import { endingConformance } from './conformance-ending.ts';
import { historyConformance } from './conformance-history.ts';
import { readingConformance } from './conformance-reading.ts';
import { sharingConformance } from './conformance-sharing.ts';
import { topConformance } from './conformance-tops.ts';
import { writingConformance } from './conformance-writing.ts';

/** An empty warehouse for one test. */
export interface Opened {
  readonly warehouse: Warehouse;
  /** Another handle on the same data, as another process would have it. */
  readonly again: () => Promise<Warehouse>;
  /** Closes every handle and removes the data. */
  readonly close: () => Promise<void>;
}

/** Runs a test with an empty warehouse. */
export type With = (work: (opened: Opened) => Promise<void>) => () => Promise<void>;

/**
 * What every warehouse must do. A new engine registers in `test/warehouses/ENGINE/conformance.test.ts`:
 *
 *     warehouseConformance('engine', async () => {
 *       const place = await emptyPlace();
 *       const handles: Warehouse[] = [];
 *       const again = async () => {
 *         const warehouse = await openEngineWarehouse(place.path);
 *         handles.push(warehouse);
 *         return warehouse;
 *       };
 *       const close = async () => {
 *         for (const handle of handles) await handle.close();
 *         await place.remove();
 *       };
 *       return { warehouse: await again(), again, close };
 *     });
 *
 * @param options.aggregations how many generated ones are tried
 * @param options.histories how many generated sequences of changes are tried
 * @param open gives an empty warehouse each time, which more handles can be had of (`again`)
 */
export function warehouseConformance(
  name: string,
  open: () => Promise<Opened>,
  options: { readonly aggregations?: number; readonly histories?: number } = {},
): void {
  const withWarehouse: With = (work) => async () => {
    const opened = await open();
    try {
      await work(opened);
    } finally {
      await opened.close();
    }
  };
  writingConformance(name, withWarehouse);
  readingConformance(name, withWarehouse);
  aggregatingConformance(name, withWarehouse, options.aggregations);
  topConformance(name, withWarehouse);
  sharingConformance(name, withWarehouse);
  endingConformance(name, withWarehouse);
  derivingConformance(name, withWarehouse);
  historyConformance(name, withWarehouse, options.histories ?? 25);
}
