import { join } from 'node:path';
import type { Ordinal } from '../core/time/time.ts';
import type { Disk } from '../disk/disk.ts';
import { onFiles } from '../files/file-error.ts';
import { manifestFromText, type RawHour, type RawManifest, sealedDayFromText } from './manifest.ts';
import { MANIFEST, readText } from './raw-folder.ts';

/** Reads a raw table beside its loader. */
export class RawReader {
  readonly #disk: Disk;
  /** The table's folder. */
  readonly folder: string;
  /** The hours of sealed days that were read, by the path of their file, which never changes. */
  #sealed: ReadonlyMap<string, ReadonlyMap<Ordinal, RawHour>> = new Map();

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.folder = folder;
  }

  /** As it was committed last; undefined where nothing was. @throws EngineError when it can't be read */
  manifest(): Promise<RawManifest | undefined> {
    return onFiles(async () => {
      const path = join(this.folder, MANIFEST);
      const text = await readText(this.#disk, path);
      return text === undefined ? undefined : manifestFromText(path, text);
    });
  }

  /** All hours of a manifest, those of sealed days too. @throws EngineError when they can't be read */
  hours(manifest: RawManifest): Promise<Map<Ordinal, RawHour>> {
    return onFiles(async () => {
      const hours = new Map(manifest.hours);
      const sealed = new Map<string, ReadonlyMap<Ordinal, RawHour>>();
      for (const { path } of manifest.days.values()) {
        const day = this.#sealed.get(path) ?? (await this.#read(path));
        sealed.set(path, day);
        for (const [hour, what] of day) hours.set(hour, what);
      }
      this.#sealed = sealed;
      return hours;
    });
  }

  async #read(path: string): Promise<ReadonlyMap<Ordinal, RawHour>> {
    return sealedDayFromText(path, (await readText(this.#disk, join(this.folder, path))) ?? '');
  }
}
