import { openDuckdbWarehouse } from '../../../src/warehouses/duckdb/duckdb-warehouse.ts';
import type { Warehouse } from '../../../src/warehouses/warehouse.ts';
import { warehouseConformance } from '../conformance.ts';
import { temporaryFolder } from './lake-fixture.ts';

warehouseConformance('duckdb', async () => {
  const folder = await temporaryFolder();
  const handles: Warehouse[] = [];
  const again = async () => {
    const warehouse = await openDuckdbWarehouse(folder.path);
    handles.push(warehouse);
    return warehouse;
  };
  return {
    warehouse: await again(),
    again,
    close: async () => {
      for (const handle of handles) await handle.close();
      await folder.remove();
    },
  };
});
