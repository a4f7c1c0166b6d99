import type { Ordinal } from '../core/time/time.ts';
import { dayOfHour, hourFolder } from './hours.ts';
import {
  type Counts,
  emptyManifest,
  manifestFromText,
  manifestToText,
  type RawHour,
  type RawManifest,
  sealedDayFromText,
} from './manifest.ts';
import { MANIFEST, type RawFolder } from './raw-folder.ts';

/** Of how many sealed days the hours are kept in memory. */
const SEALED_KEPT = 100;

/** A raw table as its loader has it: its manifest, and changes of it one after the other. */
export class RawTable {
  readonly folder: RawFolder;
  #manifest: RawManifest;
  #changing: Promise<void> = Promise.resolve();
  /** Hours of sealed days that were read, by the path of their file. */
  readonly #sealed = new Map<string, ReadonlyMap<Ordinal, RawHour>>();
  /** The counts of hours that are in the metric. */
  readonly #counted = new Map<Ordinal, Counts>();

  private constructor(folder: RawFolder, manifest: RawManifest) {
    this.folder = folder;
    this.#manifest = manifest;
  }

  /** Takes over a table from whoever wrote it before. @throws EngineError where its manifest can't be read */
  static async open(folder: RawFolder, stream: string): Promise<RawTable> {
    await folder.takeOver();
    const text = await folder.read(MANIFEST);
    const path = `${folder.path}/${MANIFEST}`;
    return new RawTable(folder, text === undefined ? emptyManifest(stream) : manifestFromText(path, text));
  }

  /** As it was committed last. */
  get manifest(): RawManifest {
    return this.#manifest;
  }

  /**
   * Commits a change: from the rename on readers see all of it. Changes wait for each other.
   * @param change gives the manifest after the change, of the one before it; the same one changes nothing
   * @throws LoaderLeaseError, with nothing changed, when another loader has taken over
   */
  commit(change: (before: RawManifest) => RawManifest | Promise<RawManifest>): Promise<RawManifest> {
    const work = async (): Promise<RawManifest> => {
      const after = await change(this.#manifest);
      if (after === this.#manifest) return after;
      const manifest = { ...this.#withoutCounted(after), commits: this.#manifest.commits + 1 };
      await this.folder.replace(MANIFEST, manifestToText(manifest));
      return (this.#manifest = manifest);
    };
    const done = this.#changing.then(work);
    this.#changing = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /** What it has of an hour, be its day sealed or not. */
  async hour(hour: Ordinal): Promise<RawHour | undefined> {
    const day = dayOfHour(hour);
    return this.#manifest.hours.get(hour) ?? (await this.sealedDay(day))?.get(hour);
  }

  /** The hours of a sealed day; undefined where it isn't sealed. */
  async sealedDay(day: Ordinal): Promise<ReadonlyMap<Ordinal, RawHour> | undefined> {
    const path = this.#manifest.days.get(day)?.path;
    if (path === undefined) return undefined;
    const known = this.#sealed.get(path);
    if (known) return known;
    const hours = sealedDayFromText(path, (await this.folder.read(path)) ?? '');
    if (this.#sealed.size >= SEALED_KEPT) this.#sealed.clear();
    this.#sealed.set(path, hours);
    return hours;
  }

  /** Says that the counts of some hours are in the metric. The manifest learns it with the next commit. */
  counted(hours: ReadonlyMap<Ordinal, Counts>): void {
    for (const [hour, counts] of hours) this.#counted.set(hour, counts);
  }

  #withoutCounted(manifest: RawManifest): RawManifest {
    if (this.#counted.size === 0) return manifest;
    const isOpen = (hour: Ordinal): boolean => {
      const counts = this.#counted.get(hour);
      // What has changed since it was counted is counted again.
      return counts === undefined || manifest.hours.get(hour)?.counts !== counts;
    };
    const uncounted = manifest.uncounted.filter(isOpen);
    this.#counted.clear();
    return { ...manifest, uncounted };
  }
}

/** Where the rows of an hour that isn't closed lie. Hive passes by what begins with `_`. */
export function openPath(hour: Ordinal, name: string): string {
  return `${hourFolder(hour)}/_open/${name}.parquet`;
}

/** Where the one file of a closed hour lies: a folder of its own, so that its successor lies in another. */
export function closedPath(hour: Ordinal, version: string, name: string): string {
  return `${hourFolder(hour)}/version=${version}/${name}.parquet`;
}
