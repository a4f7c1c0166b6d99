import type { Config } from '../config/config.ts';
import { makeCatalogue, type Catalogue } from '../core/metric/catalogue.ts';
import { EMPTY_STATE } from '../core/time/table-state.ts';
import { datasetFolders } from './dataset-folders.ts';
import { METRICS } from '../metrics/index.ts';

/**
 * The built-in metrics and the data sets of the folder that is set, for a command: as they are
 * written, whatever is loaded of them. What is wrong is left out; `kraken datasets` tells.
 */
export async function catalogueWithDatasets(config: Config, signal: AbortSignal): Promise<Catalogue> {
  const folders = datasetFolders(config);
  if (folders.length === 0) return makeCatalogue(METRICS);
  // Imported late: GraphQL and what reads data sets take half a second.
  const [{ schemaFor }, { build }, { withTables }] = await Promise.all([
    import('../api/graphql/schema.ts'),
    import('../datasets/build.ts'),
    import('./tables.ts'),
  ]);
  const { catalogue } = await withTables(config, (openTable) =>
    build({
      folders,
      builtIn: METRICS,
      openTable,
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
