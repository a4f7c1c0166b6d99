import { join } from 'node:path';
import { HOUR_MS, type Ordinal } from '../core/time/time.ts';
import type { Disk } from '../disk/disk.ts';
import { dayOfHour, dayText } from '../raw/hours.ts';
import { MANIFEST, type RawFolder } from '../raw/raw-folder.ts';
import { dayToText, type ViewDay, type ViewHour, type ViewManifest, viewsToText } from './view-manifest.ts';
import { ViewReader } from './view-reader.ts';

/** A change of one hour. */
export interface HourChange {
  readonly hour: Ordinal;
  readonly what: ViewHour;
  /** Whether views were added, changed or removed. */
  readonly isChanged: boolean;
  readonly projects: readonly string[];
  /** Whether the country of a view is known. */
  readonly hasCountries: boolean;
}

/** The table of views as its one writer has it. */
export class ViewTable {
  readonly folder: RawFolder;
  readonly #reader: ViewReader;
  #manifest: ViewManifest;

  private constructor(folder: RawFolder, reader: ViewReader, manifest: ViewManifest) {
    this.folder = folder;
    this.#reader = reader;
    this.#manifest = manifest;
  }

  /** Takes over the table from whoever wrote it before. @throws EngineError if its manifest can't be read */
  static async open(folder: RawFolder, disk: Disk): Promise<ViewTable> {
    await folder.takeOver();
    const reader = new ViewReader(disk, folder.path);
    const table = new ViewTable(folder, reader, await reader.manifest());
    await table.#removeOrphanedDays();
    return table;
  }

  /** The manifest as it was committed last. */
  get manifest(): ViewManifest {
    return this.#manifest;
  }

  /** Returns the hours of a day; none if it has no views. */
  async hours(day: Ordinal): Promise<ReadonlyMap<Ordinal, ViewHour>> {
    const found = this.#manifest.days.get(day);
    return found ? this.#reader.hours(found) : new Map();
  }

  /** Replaces an hour. From the rename on, readers see all of it. */
  async replaceHour(
    { hour, what, isChanged, projects, hasCountries }: HourChange,
    nowMs: number,
  ): Promise<void> {
    const before = this.#manifest;
    const version = before.version + (isChanged ? 1 : 0);
    const hours = new Map(await this.hours(dayOfHour(hour)));
    const old = hours.get(hour);
    hours.set(hour, what);
    const kept = new Set([what.path, what.actors]);
    const gone = [old?.path, old?.actors].flatMap((path) =>
      path === undefined || kept.has(path) ? [] : [path],
    );
    const firsts = new Map(before.projects);
    for (const project of projects) firsts.set(project, Math.min(hour, firsts.get(project) ?? hour));
    const countriesFrom = hasCountries ? Math.min(hour, before.countriesFrom ?? hour) : before.countriesFrom;
    const next = {
      ...before,
      version,
      projects: firsts,
      ...(countriesFrom === undefined ? {} : { countriesFrom }),
    };
    await this.#commit(await this.#withDay(next, hour, hours, { gone, isChanged, nowMs }));
  }

  /** Takes the files of actors away from a day. Its views and labels stay. */
  async forgetActors(day: Ordinal, nowMs: number): Promise<void> {
    const hours = new Map<Ordinal, ViewHour>();
    const gone: string[] = [];
    for (const [hour, { actors, ...rest }] of await this.hours(day)) {
      hours.set(hour, rest);
      if (actors !== undefined) gone.push(actors);
    }
    if (gone.length === 0) return;
    const change = { gone, isChanged: false, nowMs };
    await this.#commit(await this.#withDay(this.#manifest, day * 24, hours, change));
  }

  /** Closes the hours up to an instant, in ms since 1970. Their days get a new version. */
  async close(closedMs: number): Promise<void> {
    const before = this.#manifest;
    if (closedMs <= before.closedMs) return;
    const version = before.version + 1;
    const [first, last] = [before.closedMs, closedMs - 1].map((ms) => dayOfHour(Math.floor(ms / HOUR_MS)));
    const days = [...before.days].map(([day, what]): [Ordinal, ViewDay] => {
      const isClosing = first !== undefined && last !== undefined && day >= first && day <= last;
      return [day, isClosing ? { ...what, version } : what];
    });
    await this.#commit({ ...before, version, closedMs, days: new Map(days) });
  }

  /** Removes files that were superseded, or says that they stay. @param paths removed files; @param later still needed */
  async swept(paths: ReadonlySet<string>, later: ReadonlySet<string>, nowMs: number): Promise<void> {
    const superseded = this.#manifest.superseded.flatMap((file) => {
      if (paths.has(file.path)) return [];
      return [later.has(file.path) ? { ...file, since: nowMs } : file];
    });
    await this.#commit({ ...this.#manifest, superseded });
  }

  async #withDay(
    before: ViewManifest,
    hour: Ordinal,
    hours: ReadonlyMap<Ordinal, ViewHour>,
    { gone, isChanged, nowMs }: { gone: readonly string[]; isChanged: boolean; nowMs: number },
  ): Promise<ViewManifest> {
    const day = dayOfHour(hour);
    const path = `_days/${dayText(day)}.${this.folder.tag()}.json`;
    await this.folder.replace(path, dayToText(new Map([...hours].toSorted(([a], [b]) => a - b))));
    const known = before.days.get(day);
    const rows = [...hours.values()].reduce((sum, what) => sum + what.rows, 0);
    const version = isChanged || !known ? before.version : known.version;
    const superseded = [...gone, ...(known ? [known.path] : [])].map((file) => ({
      path: file,
      since: nowMs,
    }));
    return {
      ...before,
      days: new Map([...before.days, [day, { version, path, rows }]]),
      superseded: [...before.superseded, ...superseded],
    };
  }

  async #commit(manifest: ViewManifest): Promise<void> {
    await this.folder.replace(MANIFEST, viewsToText(manifest));
    this.#manifest = manifest;
  }

  /** Removes the files of days that a writer who died has left. */
  async #removeOrphanedDays(): Promise<void> {
    const { days, superseded } = this.#manifest;
    const kept = new Set([...days.values(), ...superseded].map(({ path }) => path));
    for (const name of await this.folder.list('_days')) {
      const path = join('_days', name);
      if (!kept.has(path)) await this.folder.remove(path);
    }
  }
}
