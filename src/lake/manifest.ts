import { createHash } from 'node:crypto';
import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateFromJson, stateToJson, type TableState, type TableStateJson } from '../core/table-state.ts';
import type { Grain } from '../core/time.ts';
import { EngineError } from '../core/engine-error.ts';
import { renameDurably } from '../files/durable.ts';
import { onFiles, hasCode } from '../files/file-error.ts';
import { pauseAfter } from '../files/slow-look.ts';
import type { ManifestStore, Replacement } from './lake.ts';

/** The newest format of manifests that this code reads and the one that it writes. */
const FORMAT = 1;
const NAME = '_manifest.json';
/**
 * A file in the lake's folder that every change of a manifest adds a line to, so that readers look at
 * one file, however many tables there are.
 */
const REVISION = '_revision';
/** Then it begins anew, in bytes. */
const LONGEST_REVISION = 64 * 1024;

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

interface Known {
  /** Of the file: another one at the same path has another identity. */
  readonly identity: string;
  readonly hash: string;
  readonly manifest: Manifest;
}

/** Every manifest as of one look. */
interface All {
  readonly revision: string;
  readonly tables: ReadonlyMap<string, Manifest>;
}

/** The manifests of a lake as files in it. Those already read are read again only when their file was replaced. */
export class Manifests implements ManifestStore {
  readonly #folder: string;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  /** What was found at the last look, and until when it counts while the file of the revision is this one. */
  #last: { readonly all: All; readonly identity: string; readonly until: number } | undefined;

  /** @param now in ms, from whatever start */
  constructor(folder: string, now = () => performance.now()) {
    this.#folder = folder;
    this.#now = now;
  }

  /** Undefined where the lake has no such table. @throws EngineError where there is no lake any more */
  async of(table: string): Promise<Manifest | undefined> {
    return onFiles(async () => {
      const known = await this.#look(table);
      if (!known) await stat(this.#folder);
      return known?.manifest;
    });
  }

  /**
   * Costs one `stat` while nothing changes. What doesn't change the file of the revision, an older
   * Kraken or somebody's own hands, is found within two minutes.
   */
  async all(): Promise<All> {
    // Before the look: a change during it changes the file again.
    const identity = await onFiles(() => this.#identityOfRevision());
    const last = this.#last;
    const started = this.#now();
    if (last && identity !== undefined && last.identity === identity && started < last.until) return last.all;
    const all = await this.#lookAtAll();
    this.#last = identity === undefined ? undefined : { all, identity, until: this.#until(started) };
    return all;
  }

  #until(started: number): number {
    const now = this.#now();
    return now + pauseAfter(now - started);
  }

  /** Undefined where there is none: the lake is gone, or no Kraken that knows of the file has written. */
  async #identityOfRevision(): Promise<string | undefined> {
    return identityOf(join(this.#folder, REVISION)).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    });
  }

  async #lookAtAll(): Promise<All> {
    const entries = await onFiles(() => readdir(this.#folder, { withFileTypes: true }));
    const names = entries
      .filter((entry) => entry.isDirectory() && !/^[_.]/.test(entry.name))
      .map((entry) => entry.name)
      .sort();
    const found = await Promise.all(names.map((name) => onFiles(() => this.#look(name))));
    const tables = new Map<string, Manifest>();
    const revision = createHash('sha256');
    for (const [index, name] of names.entries()) {
      const known = found[index];
      if (!known) continue;
      tables.set(name, known.manifest);
      revision.update(`${name}\0${known.hash}\0`);
    }
    return { revision: revision.digest('base64url'), tables };
  }

  /** From then on readers see the new files, all of them at once. */
  async replace({ table, manifest }: Pick<Replacement, 'table' | 'manifest'>): Promise<void> {
    const path = join(this.#folder, table.name, NAME);
    const temporary = `${path}.new`;
    await onFiles(async () => {
      const file = await open(temporary, 'w');
      try {
        await file.writeFile(manifestToText(manifest));
        await file.sync();
      } finally {
        await file.close();
      }
      await renameDurably(temporary, path);
    });
    // The change is made: it doesn't fail by this, and is found later instead.
    await this.#renewRevision(`${table.name} ${manifest.state.version}\n`).catch(() => undefined);
  }

  async #renewRevision(text: string): Promise<void> {
    const path = join(this.#folder, REVISION);
    const isLong = await stat(path).then(
      ({ size }) => size > LONGEST_REVISION,
      () => false,
    );
    // Each line more is another size: two changes within the clock's resolution differ, too.
    await writeFile(path, text, { flag: isLong ? 'w' : 'a' });
  }

  async #look(table: string): Promise<Known | undefined> {
    const path = join(this.#folder, table, NAME);
    try {
      const identity = await identityOf(path);
      const known = this.#known.get(table);
      if (known?.identity === identity) return known;
      const text = await readFile(path, 'utf8');
      const hash = createHash('sha256').update(text).digest('base64url');
      const fresh = { identity, hash, manifest: manifestFromText(path, text) };
      this.#known.set(table, fresh);
      return fresh;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }
}

async function identityOf(path: string): Promise<string> {
  const { ino, mtimeNs, size } = await stat(path, { bigint: true });
  return `${ino} ${mtimeNs} ${size}`;
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
