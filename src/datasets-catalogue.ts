import { schemaFor } from './api/graphql/schema.ts';
import type { Config } from './config.ts';
import { makeCatalogue, type Catalogue } from './core/catalogue.ts';
import { EMPTY_STATE } from './core/table-state.ts';
import { build } from './datasets/build.ts';
import { datasetFolders } from './live-datasets.ts';
import { METRICS } from './metrics/index.ts';
import { withTables } from './tables.ts';

/**
 * The built-in metrics and the data sets of the folder that is set, for a command: as they are
 * written, whatever is loaded of them. What is wrong is left out; `kraken datasets` tells.
 */
export async function catalogueWithDatasets(config: Config, signal: AbortSignal): Promise<Catalogue> {
  const folders = datasetFolders(config);
  if (folders.length === 0) return makeCatalogue(METRICS);
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
