import { join, relative } from 'node:path';
import type { Ordinal } from '../core/time/time.ts';
import { type Disk, readPart } from '../disk/disk.ts';
import { hasCode } from '../files/file-error.ts';
import { dayFromText, dayText } from '../raw/hours.ts';
import type { RawFolder } from '../raw/raw-folder.ts';

const FOLDER = '_keys';
const KEY_BYTES = 32;
/** Only the user of the loaders and gateways may read a key. */
const MODE = 0o600;

/** Returns the key of a day; undefined if there is none. @param lake the lake's folder */
export async function readDayKey(disk: Disk, lake: string, day: Ordinal): Promise<Uint8Array | undefined> {
  let file;
  try {
    file = await disk.open(join(lake, FOLDER, nameOf(day)), 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    return await readPart(file, 0, KEY_BYTES);
  } finally {
    await file.close();
  }
}

/**
 * The keys of actors: one a day, in the lake, shared by all that refine. A key is removed with that day's raw rows.
 * Then nobody can say any more which address an actor was.
 */
export class DayKeys {
  readonly #folder: RawFolder;
  readonly #disk: Disk;
  readonly #lake: string;
  /** The keys' folder, from the folder of the one writer. */
  readonly #keys: string;
  readonly #random: (bytes: number) => Uint8Array;

  /**
   * @param folder the folder of the one writer: a writer that lost its lease can't make a key by it
   * @param lake the lake's folder
   */
  constructor(folder: RawFolder, disk: Disk, lake: string, random: (bytes: number) => Uint8Array) {
    this.#folder = folder;
    this.#disk = disk;
    this.#lake = lake;
    this.#keys = relative(folder.path, join(lake, FOLDER));
    this.#random = random;
  }

  /** Returns the key of a day; undefined if there is none. */
  read(day: Ordinal): Promise<Uint8Array | undefined> {
    return readDayKey(this.#disk, this.#lake, day);
  }

  /** Returns the key of a day, which is made if there is none. It gets its name when it is whole. */
  async readOrMake(day: Ordinal): Promise<Uint8Array> {
    const known = await this.read(day);
    if (known) return known;
    const key = this.#random(KEY_BYTES);
    const staged = this.#folder.stagedPath();
    const file = await this.#disk.open(staged, 'wx', MODE);
    try {
      await file.write(key, 0);
    } finally {
      await file.close();
    }
    await this.#folder.place(staged, join(this.#keys, nameOf(day)));
    return key;
  }

  async days(): Promise<Ordinal[]> {
    const names = await this.#folder.list(this.#keys);
    return names.filter((name) => NAME.test(name)).map((name) => dayFromText(name.slice(0, 10)));
  }

  async remove(day: Ordinal): Promise<void> {
    await this.#folder.remove(join(this.#keys, nameOf(day)));
  }
}

const NAME = /^\d{4}-\d\d-\d\d\.key$/;

function nameOf(day: Ordinal): string {
  return `${dayText(day)}.key`;
}
