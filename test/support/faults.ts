import { EngineError } from '../../src/core/engine-error.ts';
import type { SeriesStore } from '../../src/stores/series-store.ts';
import type { Warehouse } from '../../src/warehouses/warehouse.ts';

/** Stands before a real engine: counts its calls, and lets them fail or hang when told. */
export class Faults {
  /** How many cells each multi-get asked for. */
  readonly reads: number[] = [];
  selects = 0;
  /** How often names were looked for. */
  looks = 0;
  mode: 'fine' | 'failing' | 'hanging' = 'fine';
  /** What each read by key does first: a slow machine's work. */
  work: () => void = () => undefined;
  /** Whether scans of the warehouse never end. */
  endlessScans = false;
  /** What a hanging call waits for; call it to let all of them go on. */
  resume: () => void = () => undefined;
  #resumed: Promise<void> = Promise.resolve();

  hang(): void {
    this.mode = 'hanging';
    this.#resumed = new Promise((resolve) => {
      this.resume = () => {
        this.mode = 'fine';
        resolve();
      };
    });
  }

  async #pass(): Promise<void> {
    if (this.mode === 'failing') throw new EngineError('test', 'secret stack trace of an engine');
    if (this.mode === 'hanging') await this.#resumed;
  }

  store(store: SeriesStore): SeriesStore {
    return {
      states: async (signal) => {
        await this.#pass();
        return store.states(signal);
      },
      read: async (table, keys, signal) => {
        this.reads.push(keys.length);
        this.work();
        await this.#pass();
        return store.read(table, keys, signal);
      },
      namesNear: async (table, place, signal) => {
        this.looks++;
        await this.#pass();
        return store.namesNear(table, place, signal);
      },
      publish: (...args) => store.publish(...args),
      lease: (...args) => store.lease(...args),
      close: () => store.close(),
    };
  }

  warehouse(warehouse: Warehouse): Warehouse {
    const select: Warehouse['select'] = (query, signal) => {
      this.selects++;
      return this.#then(() => warehouse.select(query, signal));
    };
    const aggregate: Warehouse['aggregate'] = (query, signal) => {
      this.selects++;
      return this.endlessScans ? endless(signal) : this.#then(() => warehouse.aggregate(query, signal));
    };
    const analyse: Warehouse['analyse'] = (query, signal) => {
      this.selects++;
      return this.endlessScans ? endless(signal) : this.#then(() => warehouse.analyse(query, signal));
    };
    return {
      states: async (signal) => {
        await this.#pass();
        return warehouse.states(signal);
      },
      select,
      foreign: (name) => warehouse.foreign(name),
      aggregate,
      analyse,
      sqlOf: (...args) => warehouse.sqlOf(...args),
      write: (...args) => warehouse.write(...args),
      lease: (...args) => warehouse.lease(...args),
      close: () => warehouse.close(),
    };
  }

  async *#then<T>(rows: () => AsyncIterable<T>): AsyncGenerator<T> {
    await this.#pass();
    yield* rows();
  }
}

/** Gives nothing until the signal is aborted. */
async function* endless(signal: AbortSignal): AsyncGenerator<never> {
  yield await new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
}
