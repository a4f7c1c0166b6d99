import { makeCatalogue } from '../core/metric/catalogue.ts';
import { annotatedMetrics } from './annotations.ts';
import type { BuildOptions, Built } from './built.ts';
import { readFolders } from './folder.ts';
import { Building } from './serving.ts';
import { lineOfQuestion } from './shown-line.ts';
import { Showing } from './showing.ts';

/** A folder can't be read any more. The data sets that were built from it stay. */
export class FolderGoneError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FolderGoneError';
  }
}

/**
 * Builds a catalogue from folders of YAML files. What has mistakes is left out and reported.
 * @throws FolderGoneError if an earlier build is to be kept; the signal's reason
 */
export async function build(given: BuildOptions): Promise<Built> {
  const { things, misformed, mistakes, unpublished, unreadable } = await readFolders(given.folders);
  const notes = things.flatMap(({ kind, written }) => (kind === 'metric' ? [written] : []));
  const options = { ...given, builtIn: annotatedMetrics(given.builtIn, notes, mistakes) };
  const [gone] = unreadable.folders;
  if (gone !== undefined && options.before) throw new FolderGoneError(gone);
  const building = new Building(options, mistakes, unpublished);
  for (const written of misformed) await building.lookAt(written);
  await building.addDatasets(things.flatMap(({ kind, written }) => (kind === 'dataset' ? [written] : [])));
  const metrics = [...options.builtIn, ...building.served.map(({ metric }) => metric)];
  const showing = new Showing(building.served, makeCatalogue(metrics), unpublished, mistakes);
  for (const { kind, written } of things) if (kind === 'graph') showing.addGraph(written);
  showing.addWholes();
  for (const { kind, written } of things) if (kind === 'dashboard') showing.addDashboard(written);
  const graphs = [...showing.graphs.values()];
  const dashboards = [...showing.dashboards.values()];
  return {
    catalogue: makeCatalogue(metrics, { graphs, dashboards }),
    mistakes,
    warnings: [...building.warnings, ...showing.warnings],
    lines: [...building.served.flatMap(lineOfQuestion), ...showing.lines],
    published: [...building.published, ...showing.published],
    files: building.files,
    readsElsewhere: things.some(
      ({ kind, written }) =>
        kind === 'dataset' &&
        (written.value.table ?? written.value.stream ?? written.value.url) !== undefined,
    ),
    unfinished: [...unreadable.folders, ...unreadable.files, ...building.unfinished],
    prepared: building.prepared,
  };
}
