import { EMPTY_STATE, type TableState } from '../core/time/table-state.ts';
import { EngineError } from '../core/engine-error.ts';
import type { Metric } from '../core/metric/metric.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import type { Guard } from './guard.ts';

interface Seen {
  readonly revision: string;
  readonly tables: ReadonlyMap<string, TableState>;
}

/** An engine is looked at for this part of the time, for a statement of Hive takes 100 ms … */
const SHARE_OF_TIME = 1 / 20;
/** … but never less often than this, in ms, unless it was set so: one slow look tells little. */
const MAX_PAUSE_MS = 2000;

/**
 * The states of all tables as this process last saw them, looked at anew every `refreshMs`; less
 * often where a look takes long. While an engine doesn't answer the last ones stay, and `confirmed`
 * says so.
 */
export class Watch {
  readonly #engines: { series: Engine; warehouse: Engine };
  readonly #refreshMs: number;
  readonly #onChange: OnEngineChange;
  #stopped = false;
  /** Changes with every change of any table: what was made of an older state may be outdated. */
  epoch = 0;

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
    this.#refreshMs = refreshMs;
  }

  /** Looks once, then again and again until `stop`. An engine that is down doesn't prevent the start. */
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

  /** @throws EngineError when the engine never answered since the start */
  stateOf(metric: Metric, home: Home = metric.home): TableState {
    const engine = this.#engines[home];
    if (!engine.seen) throw new EngineError(engine.guard.engine, 'has not answered since the start');
    return engine.seen.tables.get(tableOf(metric).name) ?? EMPTY_STATE;
  }

  /** Whether the engine that holds the metric, or another one, answered when it was last looked at. */
  confirmed(metric: Metric, home: Home = metric.home): boolean {
    return this.#engines[home].confirmed;
  }

  /** Whether both engines answered when they were last looked at. */
  get ready(): boolean {
    return this.#engines.series.confirmed && this.#engines.warehouse.confirmed;
  }

  /** Resolves after the first look. */
  async #keepLooking(engine: Engine): Promise<void> {
    const started = performance.now();
    await this.#look(engine);
    if (this.#stopped) return;
    const took = performance.now() - started;
    // One that failed may be back at any moment.
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
        this.epoch++;
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (engine.confirmed) this.epoch++;
      engine.confirmed = false;
      if (!engine.isLost) this.#onChange(engine.guard.engine, error);
      engine.isLost = true;
    }
  }
}

type Home = Metric['home'];

/** Is onChange when an engine stops answering, and why, and without an error when it answers again. */
export type OnEngineChange = (engine: string, error: EngineError | undefined) => void;

interface Engine {
  readonly look: (signal: AbortSignal) => Promise<Seen>;
  readonly guard: Guard;
  seen: Seen | undefined;
  confirmed: boolean;
  /** Whether it was onChange of as lost. */
  isLost: boolean;
  timer: NodeJS.Timeout | undefined;
}
