import type { Ordinal } from '../core/time/time.ts';
import { hoursOf, rowsText, type RawSources } from '../refine/raw-hours.ts';
import type { ViewHour } from '../refine/view-manifest.ts';
import type { Source } from '../refine/view-maker.ts';

/** What of the log the lake has, by its manifests. */
export interface InLake {
  readonly sources: RawSources;
  /** The hours of views of the days that count. */
  readonly hours: ReadonlyMap<Ordinal, ViewHour>;
}

/** A partition of the log. */
export interface Place {
  readonly source: Source;
  readonly partition: number;
}

/**
 * Returns the position before which all events of an hour are in the lake's views, as far as they are views and no
 * repeats. Those behind it aren't, so each event is counted once: here or there.
 */
function viewsUpTo({ sources, hours }: InLake, { source, partition }: Place, hour: Ordinal): number {
  const made = hours.get(hour)?.madeFrom;
  const upTo = made?.upTo?.[source]?.[String(partition)] ?? 0;
  // Rows that came later were of other hours, if the views are made of as many rows as are loaded.
  const isWhole = (made?.raw ?? '') === rowsText(sources, hour);
  const loaded = isWhole ? (nextLoaded({ sources }, { source, partition }) ?? 0) : 0;
  return Math.max(upTo, loaded);
}

/** Returns the position before which a partition is loaded; undefined if nothing is. */
export function nextLoaded(
  { sources }: Pick<InLake, 'sources'>,
  { source, partition }: Place,
): number | undefined {
  return sources.get(source)?.manifest.partitions.get(partition)?.next;
}

/** Returns the hours from one on that have loaded rows that no views were made of. */
export function hoursNotMade({ sources, hours }: InLake, from: Ordinal): Ordinal[] {
  return hoursOf(sources).filter(
    (hour) => hour >= from && (hours.get(hour)?.madeFrom.raw ?? '') !== rowsText(sources, hour),
  );
}

/** What `viewsUpTo` says of one state of the lake, each found once. */
export class Borders {
  readonly #lake: InLake;
  readonly #known = new Map<string, number>();

  constructor(lake: InLake) {
    this.#lake = lake;
  }

  viewsUpTo(place: Place, hour: Ordinal): number {
    const key = `${place.source} ${place.partition} ${hour}`;
    let upTo = this.#known.get(key);
    if (upTo === undefined) this.#known.set(key, (upTo = viewsUpTo(this.#lake, place, hour)));
    return upTo;
  }
}
