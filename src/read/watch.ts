import type { History } from '../core/time/history.ts';
import { EMPTY_STATE, type TableState } from '../core/time/table-state.ts';
import { EngineError } from '../core/engine-error.ts';
import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { Changes } from './changes.ts';
import { OnceMore } from './once-more.ts';
import type { Guard } from './guard.ts';

interface Seen {
  readonly revision: string;
  readonly tables: ReadonlyMap<string, TableState>;
}

/** Looking at an engine's states takes at most this share of the time: a statement of Hive takes 100 ms. */
const SHARE_OF_TIME = 1 / 20;
/** The longest pause that a slow look causes, in ms. */
const MAX_PAUSE_MS = 2000;

/**
 * The states of all tables as this process last saw them. They are refreshed every `refreshMs`, less often if a
 * refresh takes long. While an engine doesn't answer, the last states stay and `confirmed` is false.
 */
export class Watch {
  readonly #engines: { series: Engine; warehouse: Engine };
  /** Looks that callers wait for. */
  readonly #looks: Readonly<Record<Home, OnceMore>>;
  readonly #refreshMs: number;
  readonly #onChange: OnEngineChange;
  #stopped = false;
  #epoch = 0;
  /** Announces each change of the epoch. Live counts, which change no table, announce theirs here, too. */
  readonly changes = new Changes();

  constructor(
    store: { store: SeriesStore; guard: Guard },
    warehouse: { warehouse: Warehouse; guard: Guard },
    refreshMs: number,
    onChange: OnEngineChange = () => undefined,
  ) {
    this.#onChange = onChange;
    this.#engines = {
      series: {
        look: (signal) => store.store.states(signal),
        guard: store.guard,
        seen: undefined,
        confirmed: false,
        isLost: false,
        timer: undefined,
      },
      warehouse: {
        look: (signal) => warehouse.warehouse.states(signal),
        guard: warehouse.guard,
        seen: undefined,
        confirmed: false,
        isLost: false,
        timer: undefined,
      },
    };
    const { series, warehouse: tables } = this.#engines;
    this.#looks = {
      series: new OnceMore(() => this.#look(series)),
      warehouse: new OnceMore(() => this.#look(tables)),
    };
    this.#refreshMs = refreshMs;
  }

  /** Grows with every change of any table. Plans of an earlier epoch may be outdated. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Begins a new epoch, because a table or the catalogue changed. */
  advance(): void {
    this.#epoch++;
    this.changes.changed();
  }

  /** Refreshes the states once, then again and again until `stop`. It resolves even if an engine is down. */
  async start(): Promise<void> {
    await Promise.all(Object.values(this.#engines).map((engine) => this.#keepLooking(engine)));
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of Object.values(this.#engines)) clearTimeout(timer);
  }

  async refresh(): Promise<void> {
    await Promise.all(Object.values(this.#engines).map((engine) => this.#look(engine)));
  }

  /** Looks at one engine now. Those who ask while others wait share their look. */
  look(home: Home): Promise<void> {
    return this.#looks[home].run();
  }

  /** The last seen state of a metric's table. @throws EngineError if the engine has never answered */
  stateOf(metric: Metric, home: Home = metric.home): TableState {
    const engine = this.#engines[home];
    if (!engine.seen) throw new EngineError(engine.guard.engine, 'has not answered since the start');
    return engine.seen.tables.get(tableOf(metric).name) ?? EMPTY_STATE;
  }

  /** The recent changes of a metric's table; undefined if none are kept. */
  historyOf(metric: Metric): History | undefined {
    return this.#engines.warehouse.seen?.tables.get(tableOf(metric).name)?.history;
  }

  /** Whether the engine answered its last request. @param home the default is the metric's own */
  confirmed(metric: Metric, home: Home = metric.home): boolean {
    return this.#engines[home].confirmed;
  }

  /** Whether both engines answered when they were last asked. */
  get ready(): boolean {
    return this.#engines.series.confirmed && this.#engines.warehouse.confirmed;
  }

  /** Refreshes one engine's states again and again; resolves after the first time. */
  async #keepLooking(engine: Engine): Promise<void> {
    const started = performance.now();
    await this.#look(engine);
    if (this.#stopped) return;
    const took = performance.now() - started;
    // An engine that failed may be back at any moment.
    const polite = engine.confirmed ? Math.min(took / SHARE_OF_TIME, MAX_PAUSE_MS) : 0;
    const pause = Math.max(this.#refreshMs, polite);
    engine.timer = setTimeout(() => void this.#keepLooking(engine), pause).unref();
  }

  async #look(engine: Engine): Promise<void> {
    try {
      const seen = await engine.guard.run((signal) => engine.look(signal));
      if (engine.isLost) this.#onChange(engine.guard.engine, undefined);
      engine.isLost = false;
      engine.confirmed = true;
      if (seen.revision !== engine.seen?.revision) {
        engine.seen = seen;
        this.advance();
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const wasConfirmed = engine.confirmed;
      engine.confirmed = false;
      if (wasConfirmed) this.advance();
      if (!engine.isLost) this.#onChange(engine.guard.engine, error);
      engine.isLost = true;
    }
  }
}

type Home = Metric['home'];

/** Called with the error when an engine stops answering, and without one when it answers again. */
export type OnEngineChange = (engine: string, error: EngineError | undefined) => void;

interface Engine {
  readonly look: (signal: AbortSignal) => Promise<Seen>;
  readonly guard: Guard;
  seen: Seen | undefined;
  confirmed: boolean;
  /** Whether its loss was reported. */
  isLost: boolean;
  timer: NodeJS.Timeout | undefined;
}
