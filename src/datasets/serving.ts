import { createHash } from 'node:crypto';
import { makeCatalogue } from '../core/metric/catalogue.ts';
import { EngineError, LeaseHeldError } from '../core/engine-error.ts';
import type { Dimension } from '../core/metric/dimension.ts';
import type { Metric, Parameters } from '../core/metric/metric.ts';
import { EMPTY_STATE, type TableState, loadedValues } from '../core/time/table-state.ts';
import { annotated, annotationsOf } from './annotations.ts';
import type { BuildOptions, Published } from './built.ts';
import type { FrequentValues } from './frequent-values.ts';
import { type Mistake, MistakesError } from './mistake.ts';
import { NotFetchedYetError } from './remote/remote-files.ts';
import { prepare, type Prepared, type Sources } from './prepare.ts';
import type { DatasetText } from './texts.ts';
import type { Unpublished } from './unpublished.ts';
import { fileOf } from './source-of.ts';
import { FileChangedError, digestOf } from './sources/file-digest.ts';
import type { Written } from './validate.ts';
import { pathIn, targetOf } from './views.ts';
import { type Whole, wholeOf } from './whole.ts';

/** A data set that is served. */
export interface Served {
  readonly metric: Metric;
  readonly whole: Parameters;
  readonly written: Written<DatasetText>;
}

/** The errors after which a data set is tried again by itself. */
const RETRIED = [EngineError, LeaseHeldError, FileChangedError, NotFetchedYetError];

/** Builds the data sets of a folder: checks them, loads their rows, and serves them. */
export class Building {
  /** The files that data sets are read from, with their digests from before they were read. */
  readonly files = new Map<string, string>();
  readonly unfinished: string[] = [];
  /** Warnings about the rows that were read. */
  readonly warnings: Mistake[] = [];
  readonly served: Served[] = [];
  readonly prepared = new Map<string, Prepared>();
  readonly #options: BuildOptions;
  readonly #mistakes: Mistake[];
  readonly #unpublished: Unpublished;

  /** @param unpublished the things that are written but can't be served; further ones are added */
  constructor(options: BuildOptions, mistakes: Mistake[], unpublished: Unpublished) {
    this.#options = options;
    this.#mistakes = mistakes;
    this.#unpublished = unpublished;
  }

  get #sources(): Sources {
    const { builtIn, openTable, remote, streams } = this.#options;
    const known = new Map(builtIn.map((metric) => [metric.name, metric]));
    return { known, openTable, remote, streams };
  }

  get published(): Published[] {
    return this.served.map(({ metric, written }) => ({
      kind: 'dataset',
      name: metric.name,
      title: metric.title,
      file: written.file,
    }));
  }

  /** Reports an error of a data set. Only mistakes of the folder's owner are reported as such; others are tried again. */
  note(error: unknown, written: Written<DatasetText>): void {
    this.#options.signal.throwIfAborted();
    const { message } = error as Error;
    if (error instanceof MistakesError) this.#wrong(written, error.mistakes);
    else if (RETRIED.some((type) => error instanceof type)) {
      this.unfinished.push(`${written.file}: ${message}`);
      this.#unpublished.add('dataset', written.value.dataset, { file: written.file, message });
    } else this.#wrong(written, [written.mistake([], `it can't be published: ${message}.`)]);
  }

  /** Reports mistakes of a data set. Things that refer to the data set then wait for its correction. */
  #wrong({ value }: Written<DatasetText>, mistakes: readonly Mistake[]): void {
    this.#mistakes.push(...mistakes);
    if (mistakes[0]) this.#unpublished.add('dataset', value.dataset, mistakes[0]);
  }

  async addDatasets(all: readonly Written<DatasetText>[]): Promise<void> {
    const prepared: Prepared[] = [];
    for (const written of this.#named(all)) {
      const ready = await this.#prepare(written);
      if (ready) prepared.push(ready);
    }
    const ready = this.#fitting(prepared);
    const failed = new Set<Prepared>();
    for (const dataset of ready) {
      if (!dataset.load) continue;
      try {
        await this.#options.load(dataset, this.#options.signal);
        this.warnings.push(...dataset.load.warnings);
      } catch (error) {
        this.note(error, dataset.written);
        if (error instanceof MistakesError) failed.add(dataset);
      }
    }
    await this.#options.refresh();
    for (const dataset of ready) {
      const state = this.#stateOf(dataset.metric);
      // Rows loaded earlier are still served while the file is wrong.
      if (failed.has(dataset) && state.partitions.size === 0) continue;
      this.prepared.set(editionOf(dataset.written), dataset);
      this.served.push(this.#serve(dataset, state, await this.#frequentValues(dataset.metric, state)));
    }
  }

  /** Reports further mistakes of a data set whose form is wrong. */
  async lookAt(written: Written<DatasetText>): Promise<void> {
    try {
      await prepare(written, this.#sources, this.#options.signal);
    } catch (error) {
      if (error instanceof MistakesError) this.#mistakes.push(...error.mistakes);
    }
  }

  /** Returns the data sets whose names are free. */
  #named(all: readonly Written<DatasetText>[]): Written<DatasetText>[] {
    const taken = new Map(this.#options.builtIn.map(({ name }) => [name, 'a metric of Kraken']));
    return all.filter((written) => {
      const { dataset: name } = written.value;
      const other = taken.get(name);
      if (other)
        this.#wrong(written, [written.mistake(['dataset'], `${name} is already the name of ${other}.`)]);
      else taken.set(name, `a data set in ${written.file}`);
      return !other;
    });
  }

  async #prepare(written: Written<DatasetText>): Promise<Prepared | undefined> {
    try {
      if (written.value.file !== undefined) {
        const path = fileOf(written);
        this.files.set(path, await digestOf(path));
      }
      const prepared = await prepare(written, this.#sources, this.#options.signal);
      const metric = { ...prepared.metric, edition: editionOf(written) };
      return { ...prepared, metric: annotated(metric, annotationsOf(written, metric)) };
    } catch (error) {
      this.note(error, written);
      // The same text was served before: its source is away or being written now.
      const kept = this.#options.before?.prepared.get(editionOf(written));
      return kept && { metric: kept.metric, written, chosen: kept.chosen };
    }
  }

  /** Returns the data sets that form a catalogue which every transport can serve. */
  #fitting(all: readonly Prepared[]): readonly Prepared[] {
    const { builtIn, check } = this.#options;
    const problemOf = (some: readonly Prepared[]): string | undefined => {
      try {
        check(makeCatalogue([...builtIn, ...some.map(({ metric }) => metric)]));
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    };
    if (problemOf(all) === undefined) return all;
    let fitting: readonly Prepared[] = [];
    for (const one of all) {
      const problem = problemOf([...fitting, one]);
      if (problem === undefined) fitting = [...fitting, one];
      else this.#wrong(one.written, [one.written.mistake(['dataset'], `it can't be served: ${problem}`)]);
    }
    return fitting;
  }

  #stateOf(metric: Metric): TableState {
    try {
      return this.#options.stateOf(metric);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return EMPTY_STATE;
    }
  }

  /** Returns the values of a data set whose coverage isn't kept for each series. */
  async #frequentValues(metric: Metric, state: TableState): Promise<FrequentValues> {
    const { frequentValues, signal } = this.#options;
    try {
      if (metric.aggregate?.events && frequentValues) return await frequentValues(metric, state, signal);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
    return new Map();
  }

  #serve({ metric, written, chosen }: Prepared, state: TableState, frequent: FrequentValues): Served {
    const dimensions =
      chosen === 'all'
        ? metric.dimensions.map((dimension) => described(metric, dimension, state, frequent))
        : metric.dimensions;
    const served = { ...metric, dimensions };
    const whole = wholeOf(served, state, { chosen, frequent }, this.#options.points);
    const examples = this.#examples(served, written, whole);
    return { metric: { ...served, examples }, whole: whole.parameters, written };
  }

  #examples(metric: Metric, written: Written<DatasetText>, whole: Whole): Parameters[] {
    const { examples } = written.value;
    if (!examples) return whole.isLoaded ? [whole.parameters] : [];
    const catalogue = makeCatalogue([metric]);
    return examples.flatMap((pasted, i) => {
      const target = targetOf(pathIn(pasted), catalogue);
      if (target.kind === 'metric') return [target.parameters];
      this.#mistakes.push(written.mistake(['examples', i], target.message));
      return [];
    });
  }
}

/** Returns a digest of what was written. */
function editionOf({ value, file, folder }: Written<DatasetText>): string {
  const text = JSON.stringify([value, file, folder]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The maximum number of a dimension's values that documentation lists. */
const MAX_LISTED = 30;

/** Adds to a dimension the values that the data has, for documentation. */
function described(
  metric: Metric,
  dimension: Dimension,
  state: TableState,
  frequent: FrequentValues,
): Dimension {
  if (dimension.values) return dimension;
  const place = metric.scope.indexOf(dimension.name);
  const values = place >= 0 ? loadedValues(state, place) : new Set(frequent.get(dimension.name));
  const sorted = [...values].sort();
  const [first] = sorted;
  if (first === undefined) return dimension;
  const example = dimension.total !== undefined && values.has(dimension.total) ? dimension.total : first;
  return { ...dimension, example, ...(sorted.length <= MAX_LISTED ? { allowed: sorted.join(', ') } : {}) };
}
