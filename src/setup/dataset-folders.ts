import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import { PlaceError } from '../files/place-error.ts';
import { ConfigError } from '../config/setting.ts';

/** The files of real rows that come with Kraken. */
export const SAMPLE_FOLDER = fileURLToPath(new URL('../../../sample', import.meta.url));

/** The data sets that come with Kraken: real ones of the Wikimedia Foundation. */
export const SAMPLE_DATASETS = fileURLToPath(new URL('../../../sample/datasets', import.meta.url));

/**
 * The folders that a gateway's data sets lie in. One that can't be read when a process starts is a
 * mistake; one that goes away later may come back, and what was published stays.
 * @param sample whether those of the sample count too
 * @throws ConfigError
 */
export function datasetFolders({ datasets }: Pick<Config, 'datasets'>, sample = false): string[] {
  try {
    if (datasets !== 'none') readdirSync(datasets);
  } catch (cause) {
    const { message } = new PlaceError(resolve(datasets), "it can't be read as a folder", { cause });
    throw new ConfigError(`${message}; --datasets (KRAKEN_DATASETS) names another one.`, { cause });
  }
  return [...(datasets === 'none' ? [] : [datasets]), ...(sample ? [SAMPLE_DATASETS] : [])];
}
