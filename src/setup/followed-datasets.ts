import { build } from '../datasets/build.ts';
import type { BuildOptions, Built } from '../datasets/built.ts';
import { MistakesError } from '../datasets/mistake.ts';
import { OnceMore } from '../read/once-more.ts';
import { buildsOf, type DatasetsOptions } from './live-datasets.ts';

/** The pause before a build is tried again that differs from what the primary serves, in ms. */
const RETRY_MS = 2000;

/**
 * The data sets of a worker. The primary watches the folders, imports the rows, and says which data sets it serves; the
 * worker reads the same files and makes the same catalogue. A catalogue can't be sent: its metrics have functions.
 */
export class FollowedDatasets {
  readonly #options: DatasetsOptions;
  readonly #builds: OnceMore;
  readonly #stopping = new AbortController();
  #served: ReadonlySet<string> = new Set();
  #built: Built | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: DatasetsOptions) {
    this.#options = options;
    this.#builds = new OnceMore(() => this.#build());
  }

  /** Publishes the data sets with these names, and the graphs and dashboards. Never rejects. */
  async follow(names: readonly string[]): Promise<void> {
    this.#served = new Set(names);
    await this.#builds.run();
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#stopping.abort(new Error('the gateway stops'));
  }

  /** The primary has imported the rows of those that it serves, and refused those of the others. */
  readonly #load: BuildOptions['load'] = ({ metric }) =>
    this.#served.has(metric.name) ? Promise.resolve() : Promise.reject(new MistakesError([]));

  async #build(): Promise<void> {
    const { road, logger } = this.#options;
    const { signal } = this.#stopping;
    clearTimeout(this.#retry);
    if (signal.aborted) return;
    try {
      const built = await build({
        ...buildsOf({ ...this.#options, isWorker: true }),
        load: this.#load,
        signal,
        before: this.#built,
      });
      signal.throwIfAborted();
      this.#built = built;
      road.replaceCatalogue(built.catalogue);
      const missing = [...this.#served].find((name) => !built.catalogue.byName.has(name));
      if (missing === undefined) return;
      logger.warn({ dataset: missing }, 'a worker cannot read a data set, and tries it again');
    } catch (error) {
      if (signal.aborted) return;
      logger.error({ err: error }, 'a worker could not publish data sets, and tries it again');
    }
    this.#retry = setTimeout(() => void this.#builds.run(), RETRY_MS).unref();
  }
}
