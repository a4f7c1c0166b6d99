import type { Ordinal } from '../core/time/time.ts';
import type { Disk } from '../disk/disk.ts';
import { onFiles } from '../files/file-error.ts';
import type { RawHour, RawManifest } from './manifest.ts';
import { combined, hoursOf, type PartManifest, readParts, readSealedDay } from './parts.ts';

/** A table as it was committed last: its manifest, combined of those of its parts where it has any. */
export interface RawView extends RawManifest {
  readonly parts: readonly PartManifest[];
}

/** Reads a raw table beside its loaders. */
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
  manifest(): Promise<RawView | undefined> {
    return onFiles(async () => {
      const parts = await readParts(this.#disk, this.folder);
      const [first] = parts;
      return first && { ...combined(first.manifest.stream, parts), parts };
    });
  }

  /** All hours of a manifest, those of sealed days too. @throws EngineError when they can't be read */
  hours({ parts }: RawView): Promise<Map<Ordinal, RawHour>> {
    return onFiles(async () => {
      const sealed = new Map<string, ReadonlyMap<Ordinal, RawHour>>();
      const hours = await hoursOf(parts, async (path) => {
        const day = this.#sealed.get(path) ?? (await readSealedDay(this.#disk, this.folder, path));
        sealed.set(path, day);
        return day;
      });
      this.#sealed = sealed;
      return hours;
    });
  }
}
