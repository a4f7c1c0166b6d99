import { join } from 'node:path';
import { VIEW_STREAMS } from '../core/metric/view-events.ts';
import type { Ordinal } from '../core/time/time.ts';
import type { Disk } from '../disk/disk.ts';
import { dayOfHour, dayText, hourFolder } from '../raw/hours.ts';
import type { DayKeys } from './day-keys.ts';
import { actorsBefore, beforeText } from './plan.ts';
import { filesOf, isWhole, loadedUpTo, type RawSources, rowsIn, rowsText } from './raw-hours.ts';
import { haveSameBytes } from './same-bytes.ts';
import type { ViewHour } from './view-manifest.ts';
import type { Source, ViewMaker } from './view-maker.ts';
import type { ViewTable } from './view-table.ts';

/** The files of each stream, by their paths in its table's folder. */
type RawFiles = Readonly<Record<Source, readonly string[]>>;

export interface HourMakerParts {
  readonly table: ViewTable;
  readonly keys: DayKeys;
  readonly maker: ViewMaker;
  readonly disk: Disk;
  /** The version of the rules. */
  readonly rules: string;
  /** The folder of a raw table. */
  readonly rawFolder: (source: Source) => string;
  /** Keeps raw files until the work is done, even if they are superseded meanwhile. */
  readonly whilePinned: <T>(files: RawFiles, work: () => Promise<T>) => Promise<T>;
  readonly now: () => number;
}

export interface Outcome {
  /** The number of the hour's views. */
  readonly views: number;
  /** Whether they differ from before. */
  readonly isChanged: boolean;
}

/** Makes the views of an hour and commits them. */
export class HourMaker {
  readonly #parts: HourMakerParts;

  constructor(parts: HourMakerParts) {
    this.#parts = parts;
  }

  async make(hour: Ordinal, sources: RawSources, signal: AbortSignal): Promise<Outcome> {
    const { table, keys, maker, rules, rawFolder, whilePinned } = this.#parts;
    const { folder } = table;
    const day = dayOfHour(hour);
    const hours = await table.hours(day);
    const old = hours.get(hour);
    await this.#removeOrphans(hour, old);
    const key = await keys.readOrMake(day);
    const files = {
      pageview: filesOf(sources, 'pageview', hour),
      webrequest: filesOf(sources, 'webrequest', hour),
    };
    const paths = (source: Source): string[] => files[source].map((path) => join(rawFolder(source), path));
    const [views, actors] = [folder.stagedPath(), folder.stagedPath()];
    const work = {
      hour,
      raw: { pageview: paths('pageview'), webrequest: paths('webrequest') },
      rows: rowsIn(sources, hour),
      before: actorsBefore(hours, hour).map((path) => join(folder.path, path)),
      key,
      views,
      actors,
    };
    const made = await whilePinned(files, () => maker.make(work, signal));
    const tag = folder.tag();
    const viewsPath = `${hourFolder(hour)}/version=${tag}/view_events.parquet`;
    const path = made.rows === 0 ? undefined : await this.#place(views, viewsPath, old?.path);
    const actorsPath = `${actorsFolder(hour)}/${actorsName(hour)}${tag}.parquet`;
    const actorsFile = made.actors === 0 ? undefined : await this.#place(actors, actorsPath, old?.actors);
    const isChanged = path !== old?.path;
    const what: ViewHour = {
      ...(path !== undefined && { path }),
      ...(actorsFile !== undefined && { actors: actorsFile }),
      rows: made.rows,
      madeFrom: {
        raw: rowsText(sources, hour),
        upTo: loadedUpTo(sources),
        files: VIEW_STREAMS.flatMap((source) => files[source].map((file) => `${source}/${file}`)),
        rules,
        labels: made.labels,
        before: beforeText(hours, hour),
      },
    };
    const { projects, hasCountries } = made;
    await table.replaceHour({ hour, what, isChanged, projects, hasCountries }, this.#parts.now());
    return { views: made.rows, isChanged };
  }

  /** Looks at the labels of an hour, and makes it again if earlier hours of its day give its actors other ones. */
  async look(hour: Ordinal, sources: RawSources, signal: AbortSignal): Promise<Outcome> {
    const { table, keys, maker } = this.#parts;
    const day = dayOfHour(hour);
    const hours = await table.hours(day);
    const known = hours.get(hour);
    if (!known) return { views: 0, isChanged: false };
    const pathOf = (path: string): string => join(table.folder.path, path);
    const labels =
      known.actors === undefined
        ? known.madeFrom.labels
        : await maker.labelsOf(pathOf(known.actors), actorsBefore(hours, hour).map(pathOf), signal);
    const isOther = labels !== known.madeFrom.labels;
    if (isOther && isWhole(sources, hour) && (await keys.read(day))) return this.make(hour, sources, signal);
    const what = { ...known, madeFrom: { ...known.madeFrom, before: beforeText(hours, hour) } };
    const change = { hour, what, isChanged: false, projects: [], hasCountries: false };
    await table.replaceHour(change, this.#parts.now());
    return { views: known.rows, isChanged: false };
  }

  /**
   * Gives a staged file its place, unless the file that it would replace says the same.
   * @returns the path of the file that counts
   */
  async #place(staged: string, path: string, old: string | undefined): Promise<string> {
    const { table, disk } = this.#parts;
    if (old !== undefined && (await haveSameBytes(disk, staged, join(table.folder.path, old)))) {
      await disk.remove(staged);
      return old;
    }
    await table.folder.place(staged, path);
    return path;
  }

  /** Removes the files of an hour that a writer who died before its commit has left. */
  async #removeOrphans(hour: Ordinal, old: ViewHour | undefined): Promise<void> {
    const { folder, manifest } = this.#parts.table;
    const kept = new Set([old?.path, old?.actors, ...manifest.superseded.map(({ path }) => path)]);
    const inHour = await folder.list(hourFolder(hour));
    const views = inHour.map((name) => `${hourFolder(hour)}/${name}/view_events.parquet`);
    const actors = (await folder.list(actorsFolder(hour)))
      .filter((name) => name.startsWith(actorsName(hour)))
      .map((name) => `${actorsFolder(hour)}/${name}`);
    for (const path of [...views, ...actors]) if (!kept.has(path)) await folder.remove(path);
  }
}

function actorsFolder(hour: Ordinal): string {
  return `_actors/${dayText(dayOfHour(hour))}`;
}

/** How the names of an hour's files of actors begin: `07.`. */
function actorsName(hour: Ordinal): string {
  return `${String(((hour % 24) + 24) % 24).padStart(2, '0')}.`;
}
