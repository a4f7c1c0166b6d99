import { VIEW_STREAMS } from '../core/metric/view-events.ts';
import type { Counting, NotCounting } from '../core/question/counting.ts';
import { hourOf } from '../raw/hours.ts';
import type { Clock } from '../core/time/time.ts';
import { Turns } from '../core/turns.ts';
import type { EventLogReader } from '../log/event-log.ts';
import { LogDamageError, PositionGoneError } from '../log/log-errors.ts';
import type { ViewRules } from '../refine/view-rules.ts';
import type { ActorKeys } from './actor-keys.ts';
import { Borders, hoursNotMade, nextLoaded } from './handover.ts';
import { Intake, type Wanted } from './intake.ts';
import { Labelling } from './labelling.ts';
import { daysOf, type LakeLook, type LakeReaders, lookAt, newestFiles, NO_LOOK } from './lake-look.ts';
import { loadedEvents, recentIds } from './loaded-events.ts';
import { type Reading, readingsOf } from './readings.ts';
import { Standing } from './standing.ts';
import type { PlacedView, ViewRows } from './view-rows.ts';
import type { DuckDBConnection } from '@duckdb/node-api';

/** How often the lake's manifests are looked at, in ms. */
const LOOK_MS = 1_000;
/** How much of a partition is read at once, and at most until the other partitions get their turn. */
const READ_BYTES = 2 ** 20;
const ROUND_BYTES = 16 * 2 ** 20;
/** How long counting pauses after more has come than it may hold, in ms. */
const REST_MS = 30_000;

export interface CounterParts {
  readonly log: EventLogReader;
  readonly lake: LakeReaders;
  readonly rules: ViewRules;
  readonly keys: ActorKeys;
  readonly connection: DuckDBConnection;
  readonly rows: ViewRows;
  readonly clock: Clock;
  /** How many views may be held. */
  readonly maxRows: number;
}

/**
 * Counts page views while they come in. It holds those that the log has and the lake's views haven't, and lets go of them
 * at the moment at which it uses the manifest that has them.
 */
export class LiveCounter {
  readonly #parts: CounterParts;
  readonly #intake: Intake;
  readonly #labelling: Labelling;
  readonly #turns = new Turns(1);
  #readings: Reading[] | undefined;
  #look: LakeLook = NO_LOOK;
  #borders = new Borders(NO_LOOK);
  #lookedMs = -Infinity;
  #restsUntilMs = -Infinity;
  readonly #standing = new Standing();

  constructor(parts: CounterParts) {
    this.#parts = parts;
    this.#intake = new Intake(parts.rules, (day) => parts.keys.of(day));
    this.#labelling = new Labelling(parts.rows, parts.lake.views.folder, parts.clock);
  }

  /** What is counted now. */
  get counting(): Counting | NotCounting {
    return this.#standing.counting;
  }

  /** How many views are held. */
  get held(): number {
    return this.#parts.rows.rows;
  }

  /**
   * Runs a statement over the views in memory and what the lake had when they were the rest. Nothing is added or let go
   * meanwhile.
   */
  async during<T>(
    signal: AbortSignal,
    work: (look: LakeLook, connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    return this.#inTurn(signal, async () => {
      await this.#orAgain(() => this.#parts.rows.store());
      await this.#labelling.label(this.#standing.revision, this.#look);
      const begunMs = this.#parts.clock.now();
      try {
        return await work(this.#look, this.#parts.connection);
      } finally {
        this.#standing.answered(this.#parts.clock.now() - begunMs);
      }
    });
  }

  /** Goes on to what the log and the lake have now. @throws EngineError, EventLogError; the next round goes on */
  async round(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    if (clock.now() < this.#restsUntilMs) return;
    try {
      if (!this.#readings) await this.#begin(signal);
      else if (clock.now() - this.#lookedMs >= LOOK_MS) await this.#handOver(signal);
      await this.#read(signal);
    } catch (error) {
      if (this.#isPassed(error)) this.#readings = undefined;
      throw error;
    }
  }

  /**
   * Whether all that isn't in the lake has to be read again: the log is another one, or was trimmed, or the loader has
   * passed what can't be read.
   */
  #isPassed(error: unknown): boolean {
    if (error instanceof PositionGoneError) return true;
    if (!(error instanceof LogDamageError)) return false;
    const { partition, stream } = error.partition;
    const source = VIEW_STREAMS.find((one) => one === stream);
    return source !== undefined && (nextLoaded(this.#look, { source, partition }) ?? 0) > error.from;
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const { log, clock, lake, keys, rows, connection } = this.#parts;
    const now = clock.now();
    await keys.look(daysOf(now));
    const look = await lookAt(lake, now);
    await this.#change(signal, async () => {
      await rows.clear();
      this.#look = look;
      this.#borders = new Borders(look);
      this.#lookedMs = now;
      this.#readings = await readingsOf(log, look, []);
      await this.#intake.restart((most) =>
        recentIds(connection, newestFiles(look, lake.views.folder, most), most),
      );
      // What was loaded and isn't in the views yet. The log may no longer have it.
      const placed: PlacedView[] = [];
      const wanted = this.#wanted;
      for (const hour of hoursNotMade(look, look.from)) {
        for await (const { source, partition, position, json } of loadedEvents(
          connection,
          look,
          lake,
          hour,
        )) {
          const reading = this.#readings.find((one) => one.source === source && one.partition === partition);
          this.#intake.take({ source, partition, place: reading?.place }, position, json, wanted, placed);
          if (placed.length > this.#parts.maxRows) break;
        }
      }
      await this.#add(placed);
    });
  }

  /** Uses the lake's newest manifests, and lets go of what they have. */
  async #handOver(signal: AbortSignal): Promise<void> {
    const { log, clock, lake, keys, rows } = this.#parts;
    const now = clock.now();
    await keys.look(daysOf(now));
    const look = await lookAt(lake, now);
    const known = this.#readings ?? [];
    const readings = await readingsOf(log, look, known);
    // Something of a new partition is loaded already, and may not be in the views.
    if (readings.slice(known.length).some((one) => nextLoaded(look, one) !== undefined)) {
      await this.#begin(signal);
      return;
    }
    await this.#change(signal, async () => {
      this.#readings = readings;
      const borders = new Borders(look);
      const leaving = rows.hours.flatMap(({ place, hour }) => {
        const reading = readings[place];
        if (!reading) return [];
        const before = hour < look.from ? Number.MAX_SAFE_INTEGER : borders.viewsUpTo(reading, hour);
        // What lies before the border of the last look was never taken in, or has left.
        return before > this.#borders.viewsUpTo(reading, hour) ? [{ place, hour, before }] : [];
      });
      await rows.leave(leaving);
      const isOther = look.views.version !== this.#look.views.version;
      this.#look = look;
      this.#borders = borders;
      this.#lookedMs = now;
      if (isOther) this.#standing.changed();
    });
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { log, clock } = this.#parts;
    for (const reading of this.#readings ?? []) {
      const begunMs = clock.now();
      for (let bytes = 0; ;) {
        signal.throwIfAborted();
        const { source, partition } = reading;
        const read = await log.read({ stream: source, partition }, reading.next, READ_BYTES);
        if (read.next === reading.next) {
          reading.asOfMs = begunMs;
          break;
        }
        const placed: PlacedView[] = [];
        const wanted = this.#wanted;
        for (const { position, value, timeMs } of read.records) {
          bytes += value.length;
          reading.asOfMs = Math.max(reading.asOfMs, timeMs);
          const json = Buffer.from(value.buffer, value.byteOffset, value.length).toString();
          this.#intake.take(reading, position, json, wanted, placed);
        }
        await this.#change(signal, () => this.#add(placed));
        reading.next = read.next;
        if (!this.#readings) return;
        if (bytes >= ROUND_BYTES) break;
      }
    }
    if (!this.#readings) return;
    const now = clock.now();
    const asOfMs = Math.min(now, ...this.#readings.map((reading) => reading.asOfMs));
    this.#standing.move(now, asOfMs, this.#look.views.projects);
  }

  get #wanted(): Wanted {
    return { from: this.#look.from, to: hourOf(this.#parts.clock.now()) + 1, borders: this.#borders };
  }

  /** Adds views, unless they are more than may be held. */
  async #add(placed: readonly PlacedView[]): Promise<void> {
    const { rows, maxRows, clock } = this.#parts;
    if (placed.length === 0) return;
    if (rows.rows + placed.length > maxRows) {
      await rows.clear();
      this.#readings = undefined;
      this.#restsUntilMs = clock.now() + REST_MS;
      this.#standing.stop(
        `More than ${maxRows} page views wait to be loaded and refined, so only closed periods have numbers now (KRAKEN_LIVE_ROWS).`,
      );
      return;
    }
    await rows.add(placed);
    for (const { view } of placed) this.#standing.has(view.project, view.hour);
    this.#standing.changed();
  }

  async #change(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    await this.#inTurn(signal, () => this.#orAgain(work));
  }

  /** Changes the views in memory. If that fails, all that isn't in the lake is read again. */
  async #orAgain(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#readings = undefined;
      throw error;
    }
  }

  async #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#turns.take(signal);
    try {
      return await work();
    } finally {
      this.#turns.give();
    }
  }
}
