import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from './config.ts';

/** Returns the absolute path of the lake's folder; undefined if the warehouse isn't DuckDB. */
export function lakeFolderOf({ warehouse }: Pick<Config, 'warehouse'>): string | undefined {
  const folder = /^duckdb:(.+)$/s.exec(warehouse)?.[1];
  return folder === undefined ? undefined : resolve(folder);
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
