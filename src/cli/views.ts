import type { Command } from 'commander';
import { resolve } from 'node:path';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { lakeFolderOf } from '../config/lake-folder.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { catalogueWithDatasets } from '../setup/datasets-catalogue.ts';
import { datasetOfTable } from '../core/metric/dataset-table.ts';
import { hasCode } from '../files/file-error.ts';
import { openViewReader } from '../refine/view-reader.ts';
import { viewOfViews } from '../refine/view-sql.ts';
import { Manifests } from '../warehouses/lake/manifests.ts';
import { viewOf } from '../warehouses/lake/sql.ts';
import { interruption } from './interruption.ts';
import { UsageError } from './named-metrics.ts';
import { parseHiveAddress } from '../warehouses/hive/address.ts';

export function declare(command: Command): void {
  command.action(async (options: Flags) => viewsCommand(readConfig(process.env, options), interruption()));
}

/**
 * `kraken views`: prints a DuckDB view for each table that has rows. The views work from any folder. The
 * view of a data set has the data set's name.
 * @throws UsageError if there is no lake on this machine; EngineError
 */
async function viewsCommand(config: Config, signal: AbortSignal): Promise<void> {
  const folder = lakeFolder(config);
  const { tables } = await new Manifests(folder).all().catch((error: unknown) => {
    if (!hasCode((error as Error).cause, 'ENOENT', 'ENOTDIR')) throw error;
    throw new UsageError(
      `there is no lake in ${folder}; create it by kraken import, or set another by --data`,
    );
  });
  const views = [...tables].flatMap(([table, { partitions }]) => (partitions.size > 0 ? [table] : []));
  const names = await viewNames(config, views, signal);
  for (const table of views) process.stdout.write(`${viewOf(folder, table, names.get(table))}\n`);
  const hasViews = (await openViewReader(folder).manifest()).days.size > 0;
  if (hasViews) process.stdout.write(`${viewOfViews(folder)}\n`);
  if (views.length === 0 && !hasViews) process.stderr.write(`No table in ${folder} has rows.\n`);
}

/**
 * Returns the names of those views whose name differs from the name of their table, by table. If a data set
 * got other columns, it has several tables: the one that it reads now gets its name.
 */
async function viewNames(
  config: Config,
  tables: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const named = tables.flatMap((table) => {
    const name = datasetOfTable(table);
    return name === undefined ? [] : [{ table, name }];
  });
  const isAlone = ({ name }: { name: string }): boolean =>
    named.filter((other) => other.name === name).length === 1;
  const several = named.filter((one) => !isAlone(one));
  const read = new Set<string>();
  if (several.length > 0)
    for (const metric of (await catalogueWithDatasets(config, signal)).metrics)
      read.add(tableOf(metric).name);
  const views = [...named.filter(isAlone), ...several.filter(({ table }) => read.has(table))];
  return new Map(views.map(({ table, name }) => [table, name]));
}

/** Returns the absolute path of the lake's folder on this machine. @throws UsageError */
function lakeFolder(config: Config): string {
  const own = lakeFolderOf(config);
  if (own !== undefined) return own;
  const { lake } = parseHiveAddress(config.warehouse.slice(config.warehouse.indexOf(':') + 1));
  if (lake === undefined)
    throw new UsageError('the address of this Hive names no lake: add ?lake=FOLDER to KRAKEN_WAREHOUSE');
  return resolve(lake);
}
