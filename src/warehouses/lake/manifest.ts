import { EngineError } from '../../core/engine-error.ts';
import {
  stateFromJson,
  stateToJson,
  type TableState,
  type TableStateJson,
} from '../../core/time/table-state.ts';
import type { Grain } from '../../core/time/time.ts';

/** The newest format of manifests that this code reads and the one that it writes. */
const FORMAT = 1;

/** Which files of a table are live, and the state that they make. */
export interface Manifest {
  readonly state: TableState;
  /** The partitions that have rows, by `partitionName`. */
  readonly partitions: ReadonlyMap<string, PartitionFiles>;
  /** Files that are no longer live but may still be open somewhere; `since` in ms since 1970. */
  readonly superseded: readonly { readonly path: string; readonly since: number }[];
}

export interface PartitionFiles {
  /** Paths in the table's folder. */
  readonly files: readonly string[];
  /** Of all rows: the same rows have the same one, in any order of files. */
  readonly digest: string;
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
 * @param path where the text was found, for errors
 * @throws EngineError when it is of a newer format, or damaged
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
      `${path} has format ${json.format} and this version of Kraken reads format ${FORMAT} only: it was written by a newer one.`,
    );
  }
  return {
    state: stateFromJson(json.state),
    partitions: new Map(Object.entries(json.partitions)),
    superseded: json.superseded,
  };
}

/** What a version of a partition is called in SQL: the values of the partition columns, in their order. */
export interface PartitionColumns {
  readonly grain: Grain;
  readonly year: number;
  /** 0 where a partition holds a year of months. */
  readonly month: number;
  readonly version: number;
}

/** `daily/2024-03` → grain daily, year 2024, month 3; `monthly/2024` → month 0: all of its months. */
export function partitionColumns(partition: string, version: number): PartitionColumns {
  const [grain, period] = partition.split('/') as [Grain, string];
  const [year, month = '0'] = period.split('-') as [string, string?];
  return { grain, year: Number(year), month: Number(month), version };
}

/** The folder of a version of a partition in its table's folder: `grain=daily/year=2024/month=3/version=4`. */
export function versionFolder(partition: string, version: number): string {
  const columns = partitionColumns(partition, version);
  return Object.entries(columns)
    .map(([name, value]) => `${name}=${value}`)
    .join('/');
}

/**
 * The version in whose folder a partition's live files lie: that of its rows. The partition's own
 * is higher when only its coverage has changed since.
 * @throws EngineError where they don't lie in such a folder
 */
export function liveVersion(partition: string, { files }: PartitionFiles): number {
  const version = Number(/\/version=(\d+)\/[^/]*$/.exec(files[0] ?? '')?.[1]);
  const folder = `${versionFolder(partition, version)}/`;
  if (!files.every((path) => path.startsWith(folder))) {
    throw new EngineError('files', `the files of ${partition} don't lie in one folder: ${files.join(', ')}`);
  }
  return version;
}
