import type { Command } from 'commander';
import { resolve } from 'node:path';
import { type Config, type Flags, readConfig } from '../config.ts';
import { hasCode } from '../files/file-error.ts';
import { Manifests } from '../lake/manifest.ts';
import { viewOf } from '../lake/sql.ts';
import { UsageError } from './named-metrics.ts';
import { parseHiveAddress } from '../warehouses/hive/address.ts';

export function declare(command: Command): void {
  command.action(async (options: Flags) => viewsCommand(readConfig(process.env, options)));
}

/**
 * `kraken views`: prints a view for each table that has rows, as SQL of DuckDB that works from any folder.
 * @throws UsageError where there is no lake on this machine; EngineError
 */
async function viewsCommand(config: Config): Promise<void> {
  const folder = lakeFolder(config.warehouse);
  const { tables } = await new Manifests(folder).all().catch((error: unknown) => {
    if (!hasCode((error as Error).cause, 'ENOENT', 'ENOTDIR')) throw error;
    throw new UsageError(`there is no lake in ${folder}: kraken import makes it, --data names another one`);
  });
  const views = [...tables].filter(([, { partitions }]) => partitions.size > 0);
  for (const [table] of views) process.stdout.write(`${viewOf(folder, table)}\n`);
  if (views.length === 0) process.stderr.write(`No table in ${folder} has rows.\n`);
}

/** The lake's folder, absolute, as this machine sees it. @throws UsageError */
function lakeFolder(warehouse: string): string {
  const [scheme, place] = [
    warehouse.slice(0, warehouse.indexOf(':')),
    warehouse.slice(warehouse.indexOf(':') + 1),
  ];
  const folder = scheme === 'hive' ? parseHiveAddress(place).lake : place;
  if (folder === undefined)
    throw new UsageError('this Hive has no lake that is seen here: add ?lake=FOLDER to KRAKEN_WAREHOUSE');
  return resolve(folder);
}
