import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onFiles, hasCode } from '../files/file-error.ts';
import { makeFolderDurably, moveDurably, replaceDurably } from '../files/durable.ts';
import { namesIn } from '../files/names-in.ts';
import type { DumpFormat, Unit } from './format.ts';
import { unitText } from './units.ts';

/** Malformed lines of one kind. */
export interface Malformed {
  readonly reason: string;
  readonly lines: number;
  readonly example: string;
}

/** What is known of a file whose rows are on the shelf. */
export interface Shelved {
  readonly slot: string;
  /** The file's name without its folder. */
  readonly file: string;
  /** SHA-256 of its bytes as they were given. */
  readonly sha256: string;
  readonly lines: number;
  readonly rows: number;
  readonly malformed: readonly Malformed[];
  /** The projects that this file, or an earlier one at its place, has rows of. */
  readonly projects: readonly string[];
  /** The file of its rows, in the unit's folder. */
  readonly parquet: string;
}

/**
 * The rows of dumps that days and months are made from, a folder for each:
 *   pageviews-hourly/2021-01-01/05.json, 05.1f0a….parquet, made.json
 * A rename of the JSON is what puts a file on the shelf. `made.json` says what was made of the folder's files, and
 * comes last.
 */
export class Shelf {
  readonly folder: string;

  /** @param folder its absolute path */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** The folder of unfinished work. What a killed process left in it goes. */
  async temporary(): Promise<string> {
    const path = join(this.folder, '_tmp');
    await onFiles(() => rm(path, { recursive: true, force: true }));
    await onFiles(() => makeFolderDurably(path));
    return path;
  }

  path(format: DumpFormat, unit: Unit, name = ''): string {
    return join(this.folder, format.folder, unitText(unit), name);
  }

  /** Returns what is on the shelf of a unit, by place. */
  async of(format: DumpFormat, unit: Unit): Promise<ReadonlyMap<string, Shelved>> {
    const folder = this.path(format, unit);
    const names = await onFiles(() => namesIn(folder));
    const found = new Map<string, Shelved>();
    for (const name of names.sort()) {
      if (!name.endsWith('.json') || name === MADE) continue;
      const text = await onFiles(() => readFile(join(folder, name), 'utf8'));
      const shelved = JSON.parse(text) as Shelved;
      found.set(shelved.slot, shelved);
    }
    return found;
  }

  /** Lists the units of a format that are on the shelf, as text. */
  async units(format: DumpFormat): Promise<string[]> {
    return (await onFiles(() => namesIn(join(this.folder, format.folder)))).sort();
  }

  /** Puts rows on the shelf. @param from the finished file of rows, on the same file system */
  async put(format: DumpFormat, unit: Unit, shelved: Shelved, from: string): Promise<void> {
    const folder = this.path(format, unit);
    await onFiles(() => makeFolderDurably(folder));
    const before = (await this.of(format, unit)).get(shelved.slot);
    await onFiles(() => moveDurably(from, join(folder, shelved.parquet)));
    await this.#write(folder, `${shelved.slot}.json`, shelved);
    if (before && before.parquet !== shelved.parquet)
      await onFiles(() => rm(join(folder, before.parquet), { force: true }));
  }

  /** Returns the digest of what a unit's rows were made from; undefined if none were made. */
  async made(format: DumpFormat, unit: Unit): Promise<Made | undefined> {
    try {
      return JSON.parse(await readFile(this.path(format, unit, MADE), 'utf8')) as Made;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      return onFiles(() => Promise.reject(error as Error));
    }
  }

  async setMade(format: DumpFormat, unit: Unit, made: Made): Promise<void> {
    await this.#write(this.path(format, unit), MADE, made);
  }

  async #write(folder: string, name: string, value: object): Promise<void> {
    const text = `${JSON.stringify(value, undefined, 2)}\n`;
    await onFiles(() => replaceDurably(join(folder, name), text));
  }
}

const MADE = 'made.json';

/** What was made of a unit. */
export interface Made {
  readonly digest: string;
  readonly isWhole: boolean;
}
