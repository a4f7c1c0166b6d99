import { type Grain, HOUR_MS, type Ordinal, refine } from '../core/time/time.ts';
import { changedDays, periodsToMake, type Since } from '../load/event-source.ts';
import { dayOfHour } from '../raw/hours.ts';
import type { RawHour, RawManifest } from '../raw/manifest.ts';

/** The closed hours of a stream, as they are at one moment. */
export class StreamHours {
  /** The instant up to which all hours are closed, in ms since 1970. */
  readonly closedMs: number;
  /** The first hour that ever had an event; undefined if none had. */
  readonly first: Ordinal | undefined;
  readonly #hours: ReadonlyMap<Ordinal, RawHour>;
  readonly #needsPersonal: boolean;

  /**
   * @param hours all hours of the manifest
   * @param needsPersonal whether events count without their personal fields
   */
  constructor(manifest: RawManifest, hours: ReadonlyMap<Ordinal, RawHour>, needsPersonal: boolean) {
    const closed = Math.floor(manifest.watermarkMs / HOUR_MS);
    this.closedMs = closed * HOUR_MS;
    this.#hours = new Map([...hours].filter(([hour, { counts }]) => hour < closed && counts.accepted > 0));
    this.#needsPersonal = needsPersonal;
    const first = [...this.#hours.keys()].reduce((least, hour) => Math.min(least, hour), Infinity);
    this.first = first === Infinity ? undefined : first;
  }

  /** How many events there ever were in closed hours. It never decreases, because hours keep their counts. */
  get count(): number {
    return [...this.#hours.values()].reduce((sum, { counts }) => sum + counts.accepted, 0);
  }

  /** How many events each day ever had in the hours closed before an instant. */
  days(closedMs: number = this.closedMs): Map<Ordinal, number> {
    const days = new Map<Ordinal, number>();
    for (const [hour, { counts }] of this.#hours) {
      if ((hour + 1) * HOUR_MS > closedMs) continue;
      const day = dayOfHour(hour);
      days.set(day, (days.get(day) ?? 0) + counts.accepted);
    }
    return days;
  }

  /** Returns the closed periods with other events than those that rows were made from, in order. */
  changedSince(grain: Grain, { closedMs, days: known }: Since): Ordinal[] {
    if (this.first === undefined) return [];
    // Events are only added, so a day with another number of events has others.
    const changed = changedDays(this.days(closedMs), known);
    return periodsToMake(grain, changed, Math.max(this.first * HOUR_MS, closedMs), this.closedMs);
  }

  /** Whether all events of a period are still there, with all that is needed of them. */
  isWhole(grain: Grain, period: Ordinal): boolean {
    return this.in(grain, period, period).every(([, { files, counts }]) => {
      const rows = files.reduce((sum, file) => sum + file.rows, 0);
      const isComplete = !this.#needsPersonal || !files.some(({ depersonalised }) => depersonalised);
      return rows === counts.accepted && isComplete;
    });
  }

  /** Returns the hours with events in a span of periods, in order. */
  in(grain: Grain, first: Ordinal, last: Ordinal): [Ordinal, RawHour][] {
    const span = refine({ grain, first, last }, 'hourly');
    const found: [Ordinal, RawHour][] = [];
    for (let hour = span.first; hour <= span.last; hour++) {
      const what = this.#hours.get(hour);
      if (what) found.push([hour, what]);
    }
    return found;
  }
}
