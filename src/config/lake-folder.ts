import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseHiveAddress } from '../warehouses/hive/address.ts';
import type { Config } from './config.ts';

/** Returns the absolute path of the lake's folder; undefined if the warehouse isn't DuckDB. */
export function lakeFolderOf({ warehouse }: Pick<Config, 'warehouse'>): string | undefined {
  const folder = /^duckdb:(.+)$/s.exec(warehouse)?.[1];
  return folder === undefined ? undefined : resolve(folder);
}

/**
 * Returns the absolute path of the lake that events are loaded into: the warehouse's own, or the folder that Kraken and
 * Hive both see. Undefined if this machine has none.
 * @throws EngineError if an address of Hive is wrong
 */
export function eventLakeOf(config: Pick<Config, 'warehouse'>): string | undefined {
  const place = /^hive:(.*)$/s.exec(config.warehouse)?.[1];
  const shared = place === undefined ? undefined : parseHiveAddress(place).lake;
  return shared === undefined ? lakeFolderOf(config) : resolve(shared);
}

/**
 * Says why a command that only reads has nothing to read, in a sentence with the missing folder. It only
 * looks, because opening the lake would make the folder.
 * @returns undefined if there is a lake
 */
export function whyNoLake(config: Pick<Config, 'warehouse'>): string | undefined {
  const folder = lakeFolderOf(config);
  if (folder === undefined || isFolder(folder)) return undefined;
  const missing = isFolder(dirname(folder)) ? folder : dirname(folder);
  return `nothing is loaded: there is no folder ${missing}; create it with kraken import, or name another data folder with --data (KRAKEN_DATA)`;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
