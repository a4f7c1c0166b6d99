import type { EventLogReader, Partition } from '../log/event-log.ts';
import { Minute } from './minute.ts';

/** What is shown of a stream of events. Nothing of it says who did something. */
export interface StreamLook {
  readonly name: string;
  /** How many events came in each second of the last minute, the newest last. */
  readonly seconds: readonly number[];
  /** When the newest event was appended, in ms since 1970; undefined if the log has none any more. */
  readonly newestMs: number | undefined;
  /** The site that the newest event is of; undefined if it is of none. */
  readonly site: string | undefined;
}

/** A stream, and how far it was when it was last looked at. */
interface Known {
  readonly minute: Minute;
  readonly ends: Map<number, number>;
  newestMs: number | undefined;
  site: string | undefined;
}

/** The most streams that are looked at. */
const MOST = 50;
const NEWEST_BYTES = 64 * 1024;

/** Looks at the ends of the streams of an event log. Of the events, only the newest of each is read. */
export class StreamLooks {
  readonly #log: EventLogReader;
  readonly #known = new Map<string, Known>();

  constructor(log: EventLogReader) {
    this.#log = log;
  }

  /** @throws EventLogError */
  async look(nowMs: number): Promise<StreamLook[]> {
    const names = (await this.#log.streams()).toSorted().slice(0, MOST);
    return Promise.all(names.map((name) => this.#lookAt(name, nowMs)));
  }

  clear(): void {
    this.#known.clear();
  }

  async #lookAt(name: string, nowMs: number): Promise<StreamLook> {
    let known = this.#known.get(name);
    if (!known) {
      known = { minute: new Minute(), ends: new Map(), newestMs: undefined, site: undefined };
      this.#known.set(name, known);
    }
    for (const place of await this.#log.partitions(name)) {
      const { first, next } = await this.#log.ends(place);
      if (known.ends.get(place.partition) === next) continue;
      known.ends.set(place.partition, next);
      if (next > first) await this.#readNewest(place, next - 1, known);
    }
    known.minute.take(nowMs, new Map(known.ends));
    const { minute, newestMs, site } = known;
    return { name, seconds: minute.seconds, newestMs, site };
  }

  async #readNewest(place: Partition, position: number, known: Known): Promise<void> {
    const { records } = await this.#log.read(place, position, NEWEST_BYTES);
    const newest = records.at(-1);
    if (!newest || newest.timeMs < (known.newestMs ?? -Infinity)) return;
    known.newestMs = newest.timeMs;
    known.site = siteOf(newest.value);
  }
}

/** The site of an event, if it has one. */
function siteOf(value: Uint8Array): string | undefined {
  try {
    const event = JSON.parse(Buffer.from(value).toString()) as { readonly site?: unknown } | null;
    return typeof event?.site === 'string' && event.site.length <= 255 ? event.site : undefined;
  } catch {
    return undefined;
  }
}
