import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { lakeFolderOf, whyNoLake } from '../config/lake-folder.ts';
import { columnName } from '../core/metric/table.ts';
import { datasetOfTable } from '../datasets/file-metric.ts';
import { declaredIn } from '../datasets/unpublished.ts';
import { SAMPLE_DATASETS } from '../setup/dataset-folders.ts';
import { Manifests } from '../warehouses/lake/manifests.ts';

/** What a command says that knows no data set, because nobody said where they are. */
export const NO_FOLDER = 'no folder of data sets is set: --datasets FOLDER (KRAKEN_DATASETS) names it';

/**
 * Why a name that is no metric's may still be a data set's, and what to do; undefined where a folder of
 * data sets is set: then all of them are known.
 */
export async function datasetRemedy(name: string, config: Config): Promise<string | undefined> {
  if (config.datasets !== 'none') return undefined;
  if (isOfSample(name)) return `it is a data set of the sample: add --datasets ${quoted(SAMPLE_DATASETS)}`;
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

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
