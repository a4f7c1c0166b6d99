import type { Ordinal } from '../core/time/time.ts';
import type { ViewRules } from '../refine/view-rules.ts';
import type { Borders, Place } from './handover.ts';
import { LiveViews } from './live-view.ts';
import { RecentIds } from './recent-ids.ts';
import type { PlacedView } from './view-rows.ts';

/** How many ids are remembered, besides those that the lake has. */
const IDS = 250_000;

/** What is to be held of the events that come. */
export interface Wanted {
  /** The first and the last hour that count. */
  readonly from: Ordinal;
  readonly to: Ordinal;
  readonly borders: Borders;
}

/** Decides which events are page views that the lake hasn't yet, each once. */
export class Intake {
  readonly #views: LiveViews;
  readonly #ids = new RecentIds(IDS);

  /** @param keyOf returns the key of a day, by which actors are named */
  constructor(rules: ViewRules, keyOf: (day: Ordinal) => Uint8Array) {
    this.#views = new LiveViews(rules, keyOf);
  }

  /** Forgets all ids but the newest ones of the lake. */
  async restart(ids: (most: number) => AsyncIterable<string>): Promise<void> {
    this.#ids.clear();
    for await (const id of ids(IDS)) this.#ids.isRepeat(id);
  }

  /**
   * Adds an event to those that are to be held, if it is one.
   * @param place where it was read, without a number if the log has the partition no more
   */
  take(
    place: Place & { readonly place: number | undefined },
    position: number,
    json: string,
    { from, to, borders }: Wanted,
    placed: PlacedView[],
  ): void {
    const event = this.#views.read(place.source, json);
    if (!event || this.#ids.isRepeat(event.id)) return;
    const { view, hour } = event;
    // Older hours are closed: what comes late to them is added when their numbers are made again.
    if (!view || hour < from || hour > to) return;
    // The lake may be ahead of what was read of the log.
    if (position < borders.viewsUpTo(place, hour)) return;
    if (place.place !== undefined) placed.push({ place: place.place, position, view });
  }
}
