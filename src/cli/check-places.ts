import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { storeFileOf } from '../config/engines.ts';
import { lakeFolderOf } from '../config/lake-folder.ts';
import { datasetFolders } from '../setup/dataset-folders.ts';
import { tryFolder } from '../files/make-folder.ts';
import { tryLakeFolder } from '../warehouses/lake/lake.ts';
import { orConfigError } from '../config/placed.ts';

/**
 * Checks the paths of file engines and the folder of data sets before an engine is loaded, because
 * loading takes seconds on a busy machine.
 * @param uses the settings that the command uses
 * @param makes true if the command makes missing folders; a command that only reads makes none
 * @throws ConfigError if a path can't be used
 */
export async function checkPlaces(
  config: Config,
  uses: readonly (keyof Config)[],
  makes: boolean,
): Promise<void> {
  const lake = lakeFolderOf(config);
  const series = storeFileOf(config.series);
  if (uses.includes('series') && series !== undefined)
    await orConfigError('--data or --series', () => tryFolder(dirname(series), makes));
  if (uses.includes('warehouse') && lake !== undefined)
    await orConfigError('--data or --warehouse', () => tryLakeFolder(lake, makes));
  if (uses.includes('datasets')) datasetFolders(config);
}
