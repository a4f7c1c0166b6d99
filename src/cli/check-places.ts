import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { lakeFolderOf } from '../config/lake-folder.ts';
import { datasetFolders } from '../setup/dataset-folders.ts';
import { tryFolder } from '../files/make-folder.ts';
import { tryLakeFolder } from '../warehouses/lake/lake.ts';
import { orConfigError } from '../config/placed.ts';

/**
 * Looks whether engines on files can lie where they are set to, and data sets can be read, before
 * an engine is loaded: that takes seconds on a busy machine.
 * @param uses the settings that are used
 * @param makes whether the command makes what isn't there; one that only reads leaves no trace
 * @throws ConfigError where they can't
 */
export async function checkPlaces(
  config: Config,
  uses: readonly (keyof Config)[],
  makes: boolean,
): Promise<void> {
  const lake = lakeFolderOf(config);
  const series = /^lmdb:(.+)$/s.exec(config.series)?.[1];
  if (uses.includes('series') && series !== undefined)
    await orConfigError('--data or --series', () => tryFolder(dirname(series), makes));
  if (uses.includes('warehouse') && lake !== undefined)
    await orConfigError('--data or --warehouse', () => tryLakeFolder(lake, makes));
  if (uses.includes('datasets')) datasetFolders(config);
}
