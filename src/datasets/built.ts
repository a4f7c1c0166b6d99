import type { Catalogue } from '../core/metric/catalogue.ts';
import type { Metric } from '../core/metric/metric.ts';
import type { TableState } from '../core/time/table-state.ts';
import type { Mistake } from './mistake.ts';
import type { ShownLine } from './shown-line.ts';
import type { Prepared, TableOpener } from './prepare.ts';

/** What a folder is built with. */
export interface BuildOptions {
  readonly folders: readonly string[];
  /** The metrics that there are besides. */
  readonly builtIn: readonly Metric[];
  readonly openTable: TableOpener;
  /**
   * Brings a data set's rows to where they are read, if they aren't there.
   * @throws MistakesError for rows that can't be taken; EngineError, FileChangedError for another time
   */
  readonly load: (dataset: Prepared, signal: AbortSignal) => Promise<void>;
  /** Called once all rows are loaded: what `stateOf` tells then. */
  readonly refresh: () => Promise<void>;
  /** @throws EngineError where it isn't known */
  readonly stateOf: (metric: Metric) => TableState;
  /** @throws CatalogueError where a transport can't serve it */
  readonly check: (catalogue: Catalogue) => void;
  /** What a request for several series may cost. */
  readonly points: number;
  readonly signal: AbortSignal;
  /** What the folders were before, of which is kept what can't be looked at now. */
  readonly before?: Built | undefined;
}

/** What some folders became. */
export interface Built {
  readonly catalogue: Catalogue;
  readonly mistakes: readonly Mistake[];
  /** What is right by itself, and isn't shown or shows nothing. */
  readonly warnings: readonly Mistake[];
  /** What is shown of the data: paths of graphs, and saved questions. */
  readonly lines: readonly ShownLine[];
  /** The data sets that are served, by what was written. */
  readonly prepared: ReadonlyMap<string, Prepared>;
  /** Everything that is served of them. */
  readonly published: readonly Published[];
  /** The files that data sets are read from, with what tells that they are as they were. */
  readonly files: ReadonlyMap<string, string>;
  /** Whether some are read from tables of the warehouse, whose changes no file shows. */
  readonly readsTables: boolean;
  /** What has to be tried again, as sentences: an engine was away, somebody was writing. */
  readonly unfinished: readonly string[];
}

export interface Published {
  readonly kind: 'dataset' | 'graph' | 'dashboard';
  readonly name: string;
  readonly title: string;
  /** Where it was written. */
  readonly file: string;
}
