import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { lakeFolderOf, whyNoLake } from '../config/lake-folder.ts';
import { shellWord } from '../core/shell-word.ts';
import { columnName } from '../core/metric/table.ts';
import { datasetOfTable } from '../core/metric/dataset-table.ts';
import { declaredIn } from '../datasets/unpublished.ts';
import { SAMPLE_DATASETS } from '../setup/dataset-folders.ts';
import { Manifests } from '../warehouses/lake/manifests.ts';

/** The message of a command that can't know any data set, because their folder isn't set. */
export const NO_FOLDER = 'no folder of data sets is set; name it with --datasets FOLDER (KRAKEN_DATASETS)';

/**
 * Says why an unknown metric may be a data set, and what to do.
 * @returns undefined if no data set has the name, or if a folder of data sets is set, because then all data
 * sets are known
 */
export async function datasetRemedy(name: string, config: Config): Promise<string | undefined> {
  if (config.datasets !== 'none') return undefined;
  if (isOfSample(name)) return `it is a data set of the sample: add --datasets ${shellWord(SAMPLE_DATASETS)}`;
  if (await hasRows(name, config)) return `the lake has rows of a data set of this name, and ${NO_FOLDER}`;
  return undefined;
}

function isOfSample(name: string): boolean {
  const files = readdirSync(SAMPLE_DATASETS).filter((file) => file.endsWith('.yaml'));
  return files.some((file) =>
    declaredIn(readFileSync(join(SAMPLE_DATASETS, file), 'utf8'), ['dataset']).some(
      (declared) => declared.name === name,
    ),
  );
}

async function hasRows(name: string, config: Config): Promise<boolean> {
  const folder = lakeFolderOf(config);
  if (folder === undefined || whyNoLake(config) !== undefined) return false;
  const { tables } = await new Manifests(folder).all();
  return [...tables.keys()].some((table) => datasetOfTable(table) === columnName(name));
}
