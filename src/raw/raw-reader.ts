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
      for (const { path } of manifest.days.values()) {
        const text = (await readText(this.#disk, join(this.folder, path))) ?? '';
        for (const [hour, what] of sealedDayFromText(path, text)) hours.set(hour, what);
      }
      return hours;
    });
  }
}
