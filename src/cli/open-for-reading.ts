import type { Config } from '../config/config.ts';
import { openWarehouse } from '../config/engines.ts';
import { whyNoLake } from '../config/lake-folder.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { UsageError } from './named-metrics.ts';

/** Opens the warehouse for a command that only reads, without making a folder. @throws UsageError if there is none; EngineError */
export async function openForReading(config: Config): Promise<Warehouse> {
  const why = whyNoLake(config);
  if (why !== undefined) throw new UsageError(why);
  return openWarehouse(config.warehouse);
}
