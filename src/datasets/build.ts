import { makeCatalogue, type Catalogue } from '../core/catalogue.ts';
import type { Metric } from '../core/metric.ts';
import type { TableState } from '../core/table-state.ts';
import { readFolders } from './folder.ts';
import type { Mistake } from './mistake.ts';
import type { Prepared, TableOpener } from './prepare.ts';
import { Building } from './serving.ts';
import { Showing } from './showing.ts';

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

/** A folder that can't be read, and could be before: what was built of it stays. */
export class FolderGoneError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FolderGoneError';
  }
}

/**
 * Turns folders of YAML files into a catalogue. What is wrong is left out, and told.
 * @throws FolderGoneError where there is something to keep; the signal's reason
 */
export async function build(options: BuildOptions): Promise<Built> {
  const { things, misformed, mistakes, unreadable } = await readFolders(options.folders);
  const [gone] = unreadable.folders;
  if (gone !== undefined && options.before) throw new FolderGoneError(gone);
  const building = new Building(options, mistakes);
  for (const written of misformed) await building.lookAt(written);
  await building.addDatasets(things.flatMap(({ kind, written }) => (kind === 'dataset' ? [written] : [])));
  const metrics = [...options.builtIn, ...building.served.map(({ metric }) => metric)];
  const showing = new Showing(building.served, makeCatalogue(metrics), mistakes);
  for (const { kind, written } of things) if (kind === 'graph') showing.addGraph(written);
  showing.addWholes();
  for (const { kind, written } of things) if (kind === 'dashboard') showing.addDashboard(written);
  const graphs = [...showing.graphs.values()];
  const dashboards = [...showing.dashboards.values()];
  return {
    catalogue: makeCatalogue(metrics, { graphs, dashboards }),
    mistakes,
    published: [...building.published, ...showing.published],
    files: building.files,
    readsTables: things.some(({ kind, written }) => kind === 'dataset' && written.value.table !== undefined),
    unfinished: [...unreadable.folders, ...unreadable.files, ...building.unfinished],
    prepared: building.prepared,
  };
}
