import { folder, integer, networks, orWord, type Setting } from './setting.ts';

/** The settings of data owners' files. */
export const DATASET_SETTINGS = {
  datasets: orWord(
    folder(
      'KRAKEN_DATASETS',
      'none',
      "A folder of data owners' YAML files: data sets, graphs and dashboards. serve --sample adds the sample's folder.",
    ),
    'none',
  ),
  fetchNetworks: networks(
    'KRAKEN_FETCH_NETWORKS',
    'Networks from which data sets may fetch files by URL, besides public addresses. None by default.',
  ),
  fetchMaxMb: integer(
    'KRAKEN_FETCH_MAX_MB',
    1024,
    { min: 1, max: 1_048_576 },
    'The maximum size of a file that a data set fetches by URL, in MiB.',
  ),
} as const satisfies Record<string, Setting<unknown>>;
