import type { Config } from '../config/config.ts';
import { makeCatalogue, type Catalogue } from '../core/metric/catalogue.ts';
import { EMPTY_STATE } from '../core/time/table-state.ts';
import { datasetFolders } from './dataset-folders.ts';
import { METRICS } from '../metrics/index.ts';

/**
 * The built-in metrics and the configured data sets, for a command, whether they are loaded or not. Data
 * sets with mistakes are left out; `kraken datasets` shows the mistakes.
 */
export async function catalogueWithDatasets(config: Config, signal: AbortSignal): Promise<Catalogue> {
  const folders = datasetFolders(config);
  if (folders.length === 0) return makeCatalogue(METRICS);
  // Imported only here, because loading GraphQL and the reader of data sets takes half a second.
  const [{ schemaFor }, { build }, { withTables }, { datasetStreams }, { remoteFiles }] = await Promise.all([
    import('../api/graphql/schema.ts'),
    import('../datasets/build.ts'),
    import('./tables.ts'),
    import('./dataset-streams.ts'),
    import('./remote-files.ts'),
  ]);
  const { catalogue } = await withTables(config, (openTable) =>
    build({
      folders,
      builtIn: METRICS,
      openTable,
      remote: remoteFiles(config, 'reads'),
      streams: datasetStreams(config),
      load: () => Promise.resolve(),
      refresh: () => Promise.resolve(),
      stateOf: () => EMPTY_STATE,
      check: schemaFor,
      points: config.points,
      signal,
    }),
  );
  return catalogue;
}
