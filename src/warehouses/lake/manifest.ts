import { EngineError } from '../../core/engine-error.ts';
import {
  stateFromJson,
  stateToJson,
  type TableState,
  type TableStateJson,
} from '../../core/time/table-state.ts';
import type { Grain } from '../../core/time/time.ts';

/** The format that this code writes, and the only one that it reads. */
const FORMAT = 1;

/** The live files of a table, and the state that they make. */
export interface Manifest {
  readonly state: TableState;
  /** The partitions that have rows, by `partitionName`. */
  readonly partitions: ReadonlyMap<string, PartitionFiles>;
  /** Files that are no longer live but may still be read; `since` is in ms since 1970. */
  readonly superseded: readonly { readonly path: string; readonly since: number }[];
}

export interface PartitionFiles {
  /** Paths relative to the table's folder. */
  readonly files: readonly string[];
  /** A digest of all rows. The same rows have the same digest, even if they lie in other files. */
  readonly digest: string;
  /** The file of its totals, if it has one; relative to the table's folder. */
  readonly totals?: string;
}

/** Returns all files of a partition. */
export function allFilesOf({ files, totals }: PartitionFiles): readonly string[] {
  return totals === undefined ? files : [...files, totals];
}

interface ManifestJson {
  readonly format: number;
  readonly state: TableStateJson;
  readonly partitions: Readonly<Record<string, PartitionFiles>>;
  readonly superseded: Manifest['superseded'];
}

export function manifestToText(manifest: Manifest): string {
  const json: ManifestJson = {
    format: FORMAT,
    state: stateToJson(manifest.state),
    partitions: Object.fromEntries(manifest.partitions),
    superseded: manifest.superseded,
  };
  return JSON.stringify(json);
}

/**
 * Parses a manifest.
 * @param path where the text was found, for errors
 * @throws EngineError when the text is damaged or has a newer format
 */
export function manifestFromText(path: string, text: string): Manifest {
  let json: ManifestJson;
  try {
    json = JSON.parse(text) as ManifestJson;
  } catch (cause) {
    throw new EngineError('duckdb', `${path} is damaged: it isn't JSON.`, { cause });
  }
  if (json.format !== FORMAT) {
    throw new EngineError(
      'duckdb',
      `${path} has format ${json.format}, but this version of Kraken reads only format ${FORMAT}: a newer Kraken wrote it.`,
    );
  }
  return {
    state: stateFromJson(json.state),
    partitions: new Map(Object.entries(json.partitions)),
    superseded: json.superseded,
  };
}

/** The SQL name of a version of a partition: the values of its partition columns, in order. */
export interface PartitionColumns {
  readonly grain: Grain;
  readonly year: number;
  /** 0 if a partition holds a year of months. */
  readonly month: number;
  readonly version: number;
}

/** Returns the columns of a partition: `daily/2024-03` is grain daily, year 2024, month 3; `monthly/2024` has month 0. */
export function partitionColumns(partition: string, version: number): PartitionColumns {
  const [grain, period] = partition.split('/') as [Grain, string];
  const [year, month = '0'] = period.split('-') as [string, string?];
  return { grain, year: Number(year), month: Number(month), version };
}

/** Returns the folder of a version of a partition, relative to its table's: `grain=daily/year=2024/month=3/version=4`. */
export function versionFolder(partition: string, version: number): string {
  const columns = partitionColumns(partition, version);
  return Object.entries(columns)
    .map(([name, value]) => `${name}=${value}`)
    .join('/');
}

/**
 * Returns the version in whose folder a partition's live files lie. The partition's own version is higher
 * when only its coverage has changed since.
 * @throws EngineError if the files don't lie in such a folder
 */
export function liveVersion(partition: string, { files }: PartitionFiles): number {
  const version = Number(/\/version=(\d+)\/[^/]*$/.exec(files[0] ?? '')?.[1]);
  const folder = `${versionFolder(partition, version)}/`;
  if (!files.every((path) => path.startsWith(folder))) {
    throw new EngineError(
      'files',
      `the files of ${partition} don't all lie in one folder of a version: ${files.join(', ')}`,
    );
  }
  return version;
}
