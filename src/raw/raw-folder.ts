import { dirname, join } from 'node:path';
import { readPart, type Disk } from '../disk/disk.ts';
import { ensureFolder } from '../disk/ensure-folder.ts';
import { renameDurably } from '../files/durable.ts';
import { hasCode } from '../files/file-error.ts';
import { LoaderLeaseError, type RawLease } from './raw-lease.ts';

/** The name of a table's manifest in its folder. */
export const MANIFEST = '_manifest.json';
const STAGED = '_staged';
/** The same, of the loader that keeps what concerns all parts of a table. Loaders of other parts don't empty it. */
const KEPT = '_staged.kept';

/**
 * The folder of a raw table, written by one loader at a time. All that is written lies among the staged
 * files first, under names that no other loader uses, and gets its place by a rename. A loader that
 * takes over empties that folder before it reads the manifest: one that stood still, at whatever
 * moment, then finds nothing to rename, so that it can't put an old manifest over a newer one.
 */
export class RawFolder {
  readonly path: string;
  /** Where files are written before they have their place. */
  readonly staged: string;
  readonly #disk: Disk;
  readonly #lease: RawLease;
  readonly #tag: string;
  readonly #made = new Set<string>();
  #count = 0;

  /**
   * @param tag another one for each loader
   * @param isKept whether it is the own folder of a table that several loaders fill
   */
  constructor(path: string, disk: Disk, lease: RawLease, tag: string, isKept = false) {
    this.path = path;
    this.staged = join(path, isKept ? KEPT : STAGED);
    this.#disk = disk;
    this.#lease = lease;
    this.#tag = tag;
  }

  /** Makes it where there is none, and takes away what others have left unfinished. @throws EngineError where the lease was lost */
  async takeOver(): Promise<void> {
    await this.#disk.mkdir(this.staged, { recursive: true });
    await this.#lease.assertHeld();
    for (const staged of new Set([this.staged, join(this.path, STAGED), join(this.path, KEPT)])) {
      await emptyFolder(this.#disk, staged);
    }
  }

  /** @throws EngineError where the lease was lost */
  assertHeld(): Promise<void> {
    return this.#lease.assertHeld();
  }

  /** A path among the staged files that nobody else has. */
  stagedPath(): string {
    return join(this.staged, `${this.#tag}-${this.#count++}`);
  }

  /** A text that no other loader gives. */
  tag(): string {
    return `${this.#tag}-${this.#count++}`;
  }

  /** Gives a staged file its place, for good. @param path in the table's folder */
  async place(staged: string, path: string): Promise<void> {
    const file = await this.#disk.open(staged, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    const to = join(this.path, path);
    await this.#makeFolder(dirname(to));
    await this.#whileHeld(() => renameDurably(staged, to, this.#disk));
  }

  /** Writes a file and gives it its place, for good: readers see the old one or the new one. */
  async replace(path: string, text: string): Promise<void> {
    const staged = this.stagedPath();
    const file = await this.#disk.open(staged, 'w');
    try {
      // A file that says all by its name has nothing to be synced.
      if (text !== '') {
        await file.write(Buffer.from(text), 0);
        await file.sync();
      }
    } finally {
      await file.close();
    }
    await this.#lease.assertHeld();
    const to = join(this.path, path);
    // Its name outlives a loss of power with the table's folder, which is synced with the manifest's name.
    await this.#disk.mkdir(dirname(to), { recursive: true });
    await this.#whileHeld(() => renameDurably(staged, to, this.#disk));
  }

  /** @returns undefined where there is no such file */
  read(path: string): Promise<string | undefined> {
    return readText(this.#disk, join(this.path, path));
  }

  /** What is in one of its folders; nothing where there is none. */
  async list(path: string): Promise<string[]> {
    try {
      return await this.#disk.list(join(this.path, path));
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
      throw error;
    }
  }

  /** Removes a file, which may be gone already. */
  async remove(path: string): Promise<void> {
    try {
      await this.#disk.remove(join(this.path, path));
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }

  /** Removes a folder if it is empty. */
  async removeFolder(path: string): Promise<void> {
    const folder = join(this.path, path);
    this.#made.delete(folder);
    try {
      await this.#disk.removeFolder(folder);
    } catch (error) {
      // What somebody has put there stays.
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error;
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#made.has(folder)) return;
    await ensureFolder(folder, this.#disk);
    this.#made.add(folder);
  }

  async #whileHeld(rename: () => Promise<void>): Promise<void> {
    try {
      await rename();
    } catch (cause) {
      if (!hasCode(cause, 'ENOENT')) throw cause;
      throw new LoaderLeaseError('another loader has taken over this table: nothing was committed', {
        cause,
      });
    }
  }
}

/**
 * Empties what a loader of whole tables has staged in a table's folder: whoever takes over some partitions of it does
 * so first. The lease of whole tables must be held.
 */
export async function emptyStaged(disk: Disk, folder: string): Promise<void> {
  await emptyFolder(disk, join(folder, STAGED));
}

async function emptyFolder(disk: Disk, folder: string): Promise<void> {
  const isGone = (error: unknown): [] => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  };
  const names = await disk.list(folder).catch(isGone);
  // Another loader may empty it at the same time.
  for (const name of names) await disk.remove(join(folder, name)).catch(isGone);
}

/** The text of a file; undefined where there is none. */
export async function readText(disk: Disk, path: string): Promise<string | undefined> {
  let file;
  try {
    file = await disk.open(path, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    return (await readPart(file, 0, await file.size())).toString();
  } finally {
    await file.close();
  }
}
