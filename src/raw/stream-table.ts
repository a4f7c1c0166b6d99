import { basename, join } from 'node:path';
import type { Ordinal } from '../core/time/time.ts';
import type { Disk } from '../disk/disk.ts';
import type { Progress, RawHour, RawManifest } from './manifest.ts';
import { removeOrphans } from './orphans.ts';
import { combined, isParted, lookupIn, type PartManifest, partFolder, readParts } from './parts.ts';
import { RawFolder } from './raw-folder.ts';
import type { RawLease } from './raw-lease.ts';
import { RawTable } from './raw-table.ts';

export interface StreamTableOptions {
  /** The table's folder. */
  readonly folder: string;
  readonly disk: Disk;
  /** The partitions of the log that this loader takes; undefined: all there are. */
  readonly partitions: readonly number[] | undefined;
  /** The lease under which the rows of a partition are written. */
  readonly leaseOf: (partition: number) => RawLease;
  /** Another one for each loader. */
  readonly tag: string;
}

/** The loader of this partition also keeps what concerns all parts of a table. */
const KEEPER = 0;

/**
 * The table of a stream as a loader has it. It is one raw table, or has a part for each partition of the log: then this
 * loader may have some of them, and others fill the others. A table gets parts when some partitions alone are loaded
 * into it, and keeps them.
 */
export class StreamTable {
  readonly stream: string;
  readonly isParted: boolean;
  readonly #options: StreamTableOptions;
  /** The one raw table; or what concerns all parts, where this loader keeps it. */
  readonly #whole: RawTable | undefined;
  readonly #parts = new Map<number, RawTable>();

  private constructor(
    stream: string,
    options: StreamTableOptions,
    isInParts: boolean,
    whole: RawTable | undefined,
  ) {
    this.stream = stream;
    this.#options = options;
    this.isParted = isInParts;
    this.#whole = whole;
  }

  /** @throws LoaderLeaseError, EngineError */
  static async open(stream: string, options: StreamTableOptions): Promise<StreamTable> {
    const { folder, disk, partitions } = options;
    const isInParts = partitions !== undefined || isParted(await readParts(disk, folder));
    const isKeeper = !isInParts || owns(partitions, KEEPER);
    const whole = isKeeper ? await openTable(stream, options, KEEPER, partitions && '') : undefined;
    return new StreamTable(stream, options, isInParts, whole);
  }

  /** What concerns all parts, where this loader keeps it. */
  get kept(): RawTable | undefined {
    return this.isParted ? this.#whole : undefined;
  }

  /** The raw tables that this loader writes. */
  get own(): RawTable[] {
    return [...(this.#whole ? [this.#whole] : []), ...this.#parts.values()];
  }

  /** As this loader committed it last. */
  get manifest(): RawManifest {
    const manifests = this.own.map((table) => ({ prefix: this.prefixOf(table), manifest: table.manifest }));
    return combined(this.stream, manifests);
  }

  /** What the paths of one of its own tables begin with in the table's folder. */
  prefixOf({ folder }: RawTable): string {
    return folder.path === this.#options.folder ? '' : `${basename(folder.path)}/`;
  }

  /** The partition of one of its own tables, as a text; `all` where that isn't a part. */
  partOf(table: RawTable): string {
    const [partition] = [...this.#parts].find(([, part]) => part === table) ?? [];
    return partition === undefined ? 'all' : String(partition);
  }

  /** The raw table into which a partition of the log is loaded; undefined where another loader does it. */
  async into(partition: number): Promise<RawTable | undefined> {
    if (!this.isParted) return this.#whole;
    const known = this.#parts.get(partition);
    if (known || !owns(this.#options.partitions, partition)) return known;
    const table = await openTable(this.stream, this.#options, partition, partFolder(partition));
    this.#parts.set(partition, table);
    return table;
  }

  /** How far a partition was loaded before it had a part. */
  async before(partition: number): Promise<Progress | undefined> {
    if (!this.isParted) return undefined;
    return (await this.#beforeParts())?.manifest.partitions.get(partition);
  }

  /**
   * Looks up the rows from before there were parts: an event may be a repeat of one of them.
   * @returns gives the files of an hour
   */
  async filesBefore(): Promise<(hour: Ordinal) => Promise<readonly string[]>> {
    const before = this.isParted ? await this.#beforeParts() : undefined;
    if (!before) return () => Promise.resolve([]);
    return this.#filesIn([before]);
  }

  /** Looks up the whole table, with the parts of other loaders as they were committed last. */
  async look(): Promise<(hour: Ordinal) => Promise<RawHour | undefined>> {
    if (!this.isParted) return (hour) => this.#whole?.hour(hour) ?? Promise.resolve(undefined);
    return lookupIn(this.#options.disk, this.#options.folder, await this.manifests());
  }

  /** Up to where all partitions are loaded, those of other loaders too. */
  async watermarkMs(): Promise<number> {
    if (this.#whole) return this.#whole.manifest.watermarkMs;
    return (await this.#beforeParts())?.manifest.watermarkMs ?? 0;
  }

  /** The files of an hour of the whole table. */
  async files(hour: Ordinal): Promise<string[]> {
    return this.#paths(await (await this.look())(hour));
  }

  /** The manifests of the table and all its parts, as they were committed last. */
  manifests(): Promise<PartManifest[]> {
    return readParts(this.#options.disk, this.#options.folder);
  }

  async #beforeParts(): Promise<PartManifest | undefined> {
    if (this.#whole) return { prefix: '', manifest: this.#whole.manifest };
    return (await this.manifests()).find(({ prefix }) => prefix === '');
  }

  #filesIn(manifests: readonly PartManifest[]): (hour: Ordinal) => Promise<string[]> {
    const lookup = lookupIn(this.#options.disk, this.#options.folder, manifests);
    return async (hour) => this.#paths(await lookup(hour));
  }

  #paths(hour: RawHour | undefined): string[] {
    return (hour?.files ?? []).map(({ path }) => join(this.#options.folder, path));
  }
}

function owns(partitions: readonly number[] | undefined, partition: number): boolean {
  return partitions === undefined || partitions.includes(partition);
}

/** @param part the folder in the table's; the table's own, written beside other loaders: `''`; undefined: the same, alone */
async function openTable(
  stream: string,
  { folder, disk, leaseOf, tag }: StreamTableOptions,
  partition: number,
  part: string | undefined,
): Promise<RawTable> {
  const place = new RawFolder(join(folder, part ?? ''), disk, leaseOf(partition), tag, part === '');
  const table = await RawTable.open(place, stream);
  await removeOrphans(table);
  return table;
}
