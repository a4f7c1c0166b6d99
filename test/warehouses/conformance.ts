import type { Warehouse } from '../../src/warehouses/warehouse.ts';
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

/** Registers the tests that every engine must pass. */
export function warehouseConformance(name: string, open: () => Promise<Opened>): void {
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
  topConformance(name, withWarehouse);
  sharingConformance(name, withWarehouse);
}
