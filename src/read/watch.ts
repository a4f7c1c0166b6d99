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

export interface WatchOptions {
  /** How often it looks, in ms. */
  readonly refreshMs: number;
  /**
   * Whether another process watches and tells what it sees (`told`). This one looks only until it has seen the same, and
   * while an engine doesn't answer.
   */
  readonly isTold?: boolean;
  readonly onChange?: OnEngineChange;
}

/**
 * The states of all tables as this process last saw them. They are refreshed every `refreshMs`, less often if a
 * refresh takes long. While an engine doesn't answer, the last states stay and `confirmed` is false.
 */
export class Watch {
  readonly #engines: { series: Engine; warehouse: Engine };
  /** Looks that callers wait for. */
  readonly #looks: Readonly<Record<Home, OnceMore>>;
  readonly #refreshMs: number;
  readonly #isTold: boolean;
  readonly #onChange: OnEngineChange;
  #isRunning = false;
  #epoch = 0;
  /** Announces each change of the epoch. Live counts, which change no table, announce theirs here, too. */
  readonly changes = new Changes();

  constructor(
    store: { store: SeriesStore; guard: Guard },
    warehouse: { warehouse: Warehouse; guard: Guard },
    { refreshMs, isTold = false, onChange = () => undefined }: WatchOptions,
  ) {
    this.#isTold = isTold;
    this.#onChange = onChange;
    this.#engines = {
      series: {
        home: 'series',
        look: (signal) => store.store.states(signal),
        guard: store.guard,
        seen: undefined,
        wanted: undefined,
        confirmed: false,
        isLost: false,
        timer: undefined,
      },
      warehouse: {
        home: 'warehouse',
        look: (signal) => warehouse.warehouse.states(signal),
        guard: warehouse.guard,
        seen: undefined,
        wanted: undefined,
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

  /** Refreshes the states now, then again and again until `stop`. It resolves even if an engine is down. */
  async start(): Promise<void> {
    this.#isRunning = true;
    await this.refresh();
  }

  /** The revisions of the engines as they were last seen. */
  get revisions(): Revisions {
    const { series, warehouse } = this.#engines;
    return { series: series.seen?.revision, warehouse: warehouse.seen?.revision };
  }

  /** Looks at the engines, because another process has seen these revisions, or has seen an engine fail. */
  async told(revisions: Revisions): Promise<void> {
    for (const engine of Object.values<Engine>(this.#engines)) engine.wanted = revisions[engine.home];
    await this.refresh();
  }

  stop(): void {
    this.#isRunning = false;
    for (const { timer } of Object.values(this.#engines)) clearTimeout(timer);
  }

  async refresh(): Promise<void> {
    await Promise.all([this.look('series'), this.look('warehouse')]);
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

  /** Plans the next look at an engine. @param took how long the last one took, in ms */
  #plan(engine: Engine, took: number): void {
    clearTimeout(engine.timer);
    const isSame = engine.confirmed && engine.seen?.revision === engine.wanted;
    if (!this.#isRunning || (this.#isTold && isSame)) return;
    // An engine that failed may be back at any moment.
    const polite = engine.confirmed ? Math.min(took / SHARE_OF_TIME, MAX_PAUSE_MS) : 0;
    const again = (): void => void this.look(engine.home);
    engine.timer = setTimeout(again, Math.max(this.#refreshMs, polite)).unref();
  }

  async #look(engine: Engine): Promise<void> {
    const started = performance.now();
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
    } finally {
      this.#plan(engine, performance.now() - started);
    }
  }
}

type Home = Metric['home'];

/** The revision of each engine's states; undefined if it hasn't answered yet. The same data has the same revision in every process. */
export type Revisions = Readonly<Record<Home, string | undefined>>;

/** Called with the error when an engine stops answering, and without one when it answers again. */
export type OnEngineChange = (engine: string, error: EngineError | undefined) => void;

interface Engine {
  readonly home: Home;
  readonly look: (signal: AbortSignal) => Promise<Seen>;
  readonly guard: Guard;
  seen: Seen | undefined;
  /** The revision that another process has seen. */
  wanted: string | undefined;
  confirmed: boolean;
  /** Whether its loss was reported. */
  isLost: boolean;
  timer: NodeJS.Timeout | undefined;
}
