import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import { PlaceError } from '../files/place-error.ts';
import { ConfigError } from '../config/setting.ts';

/** The folder with the sample that comes with Kraken: files of real rows. */
export const SAMPLE_FOLDER = fileURLToPath(new URL('../../../sample', import.meta.url));

/** The folder with the data sets of the sample: real ones of the Wikimedia Foundation. */
export const SAMPLE_DATASETS = fileURLToPath(new URL('../../../sample/datasets', import.meta.url));

/**
 * The folders of a gateway's data sets.
 * @param sample whether to include the data sets of the sample
 * @throws ConfigError if a folder can't be read; one that disappears later may come back, and until then
 * its data sets stay published
 */
export function datasetFolders({ datasets }: Pick<Config, 'datasets'>, sample = false): string[] {
  try {
    if (datasets !== 'none') readdirSync(datasets);
  } catch (cause) {
    const { message } = new PlaceError(resolve(datasets), "it can't be read as a folder", { cause });
    throw new ConfigError(`${message}. Set another one by --datasets (KRAKEN_DATASETS).`, { cause });
  }
  return [...(datasets === 'none' ? [] : [datasets]), ...(sample ? [SAMPLE_DATASETS] : [])];
}
