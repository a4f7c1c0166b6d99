import type { Catalogue } from '../core/metric/catalogue.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { TableState } from '../core/time/table-state.ts';
import type { EventStreams } from './event-stream.ts';
import type { FrequentValues } from './frequent-values.ts';
import type { Mistake } from './mistake.ts';
import type { ShownLine } from './shown-line.ts';
import type { Prepared } from './prepare.ts';
import type { RemoteFiles } from './remote/remote-files.ts';
import type { TableOpener } from './source-of.ts';

/** The inputs of a build. */
export interface BuildOptions {
  readonly folders: readonly string[];
  /** The built-in metrics. */
  readonly builtIn: readonly Metric[];
  readonly openTable: TableOpener;
  /** The files of URLs. */
  readonly remote: RemoteFiles;
  /** Reads the declared streams of events. */
  readonly streams: () => Promise<EventStreams>;
  /**
   * Loads a data set's rows into the warehouse, if they aren't there.
   * @throws MistakesError for rows with mistakes; EngineError or FileChangedError if it should be tried again
   */
  readonly load: (dataset: Prepared, signal: AbortSignal) => Promise<void>;
  /** Called once all rows are loaded, so that `stateOf` returns the new states. */
  readonly refresh: () => Promise<void>;
  /** Returns the state of a metric's table. @throws EngineError if it is unknown */
  readonly stateOf: (metric: Metric) => TableState;
  /** Looks for values of dimensions that the state doesn't name. Without it none are shown. @throws EngineError */
  readonly frequentValues?: (
    metric: Metric,
    state: TableState,
    signal: AbortSignal,
  ) => Promise<FrequentValues>;
  /** Checks that every transport can serve a catalogue. @throws CatalogueError if one can't */
  readonly check: (catalogue: Catalogue) => void;
  /** The maximum cost of a request for several series, in points. */
  readonly points: number;
  readonly signal: AbortSignal;
  /** The earlier build. Parts of it are kept if their sources can't be read now. */
  readonly before?: Built | undefined;
}

/** The result of building some folders. */
export interface Built {
  readonly catalogue: Catalogue;
  readonly mistakes: readonly Mistake[];
  /** Warnings about things that are right by themselves, but aren't shown or show nothing. */
  readonly warnings: readonly Mistake[];
  /** The lines that graphs and saved questions show. */
  readonly lines: readonly ShownLine[];
  /** The served data sets, by a digest of what was written. */
  readonly prepared: ReadonlyMap<string, Prepared>;
  /** Everything that is published from the folders. */
  readonly published: readonly Published[];
  /** The files that data sets are read from, with a digest of each as it was read. */
  readonly files: ReadonlyMap<string, string>;
  /** Whether a data set is read from a table, a stream or a URL, whose changes no file of the folders shows. */
  readonly readsElsewhere: boolean;
  /** Sentences about what must be tried again, because an engine was away or someone was writing. */
  readonly unfinished: readonly string[];
}

export interface Published {
  readonly kind: 'dataset' | 'graph' | 'dashboard';
  readonly name: string;
  readonly title: string;
  /** The file in which it was written. */
  readonly file: string;
}
