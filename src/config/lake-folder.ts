import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from './config.ts';

/** The folder of the lake, absolute, where the warehouse is one of DuckDB's. */
export function lakeFolderOf({ warehouse }: Pick<Config, 'warehouse'>): string | undefined {
  const folder = /^duckdb:(.+)$/s.exec(warehouse)?.[1];
  return folder === undefined ? undefined : resolve(folder);
}

/**
 * Why a command that only reads has nothing to read, as a sentence that names the folder it looked in:
 * opening the lake would make the folder. Undefined where there is a lake.
 */
export function whyNoLake(config: Pick<Config, 'warehouse'>): string | undefined {
  const folder = lakeFolderOf(config);
  if (folder === undefined || isFolder(folder)) return undefined;
  const missing = isFolder(dirname(folder)) ? folder : dirname(folder);
  return `nothing is loaded here: there is no folder ${missing}; kraken import makes it, --data (KRAKEN_DATA) names another one`;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
