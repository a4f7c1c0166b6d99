import { join } from 'node:path';
import type { Ordinal } from '../core/time/time.ts';
import type { Disk } from '../disk/disk.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import { onFiles } from '../files/file-error.ts';
import { MANIFEST, readText } from '../raw/raw-folder.ts';
import {
  dayFromText,
  NO_VIEWS,
  type ViewDay,
  type ViewHour,
  type ViewManifest,
  viewsFromText,
} from './view-manifest.ts';

/** The path of the table of views in a lake's folder, and its name in pins. The lake's own tables lie beside `refined`. */
export const VIEWS = 'refined/view_events';

/** Of how many days the hours are kept in memory. */
const DAYS_KEPT = 1_000;

/** Returns the folder of the table of views. @param lake the lake's folder */
export function viewFolder(lake: string): string {
  return join(lake, VIEWS);
}

/** Reads the table of views of a lake. @param lake the lake's folder */
export function openViewReader(lake: string, disk: Disk = nodeDisk): ViewReader {
  return new ViewReader(disk, viewFolder(lake));
}

/** Reads the table of views beside its writer. */
export class ViewReader {
  readonly #disk: Disk;
  /** The hours of days that were read, by the path of their file, which never changes. */
  readonly #days = new Map<string, ReadonlyMap<Ordinal, ViewHour>>();
  /** The table's folder. */
  readonly folder: string;

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.folder = folder;
  }

  /** Returns the last committed manifest. @throws EngineError when it can't be read */
  manifest(): Promise<ViewManifest> {
    return onFiles(async () => {
      const path = join(this.folder, MANIFEST);
      const text = await readText(this.#disk, path);
      return text === undefined ? NO_VIEWS : viewsFromText(path, text);
    });
  }

  /** Returns the hours of a day. @throws EngineError when they can't be read */
  async hours({ path }: ViewDay): Promise<ReadonlyMap<Ordinal, ViewHour>> {
    const known = this.#days.get(path);
    if (known) return known;
    const hours = await onFiles(async () => {
      const file = join(this.folder, path);
      return dayFromText(file, (await readText(this.#disk, file)) ?? '');
    });
    if (this.#days.size >= DAYS_KEPT) this.#days.clear();
    this.#days.set(path, hours);
    return hours;
  }
}
