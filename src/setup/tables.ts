import type { Config } from '../config/config.ts';
import type { TableOpener } from '../datasets/source-of.ts';
import { WarehouseTable } from '../datasets/sources/warehouse-table.ts';
import { openWarehouse } from '../config/engines.ts';
import { whyNoLake } from '../config/lake-folder.ts';
import { isTableName } from '../warehouses/foreign-table.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

/** Opens the tables that data sets name, in an open warehouse. */
export function tablesOf(warehouse: Pick<Warehouse, 'foreign'>): TableOpener {
  return (name) =>
    Promise.resolve(
      isTableName(name)
        ? new WarehouseTable(name, warehouse.foreign(name))
        : 'a table should be TABLE or DATABASE.TABLE, of letters, digits, hyphens and underscores.',
    );
}

/** Opens tables of the configured warehouse for some work. It is opened at the first table, and never created. */
export async function withTables<Result>(
  config: Config,
  work: (openTable: TableOpener) => Promise<Result>,
): Promise<Result> {
  const why = whyNoLake(config);
  if (why !== undefined) return work(() => Promise.resolve(`${why}.`));
  let opening: Promise<Warehouse> | undefined;
  try {
    return await work(async (name) => tablesOf(await (opening ??= openWarehouse(config.warehouse)))(name));
  } finally {
    await opening?.then((warehouse) => warehouse.close()).catch(() => undefined);
  }
}
