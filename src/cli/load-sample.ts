import type { Config } from '../config/config.ts';
import { makeCatalogue } from '../core/metric/catalogue.ts';
import { SAMPLE_FOLDER } from '../setup/dataset-folders.ts';
import { loadSample } from '../load/sample.ts';
import { METRICS } from '../metrics/index.ts';
import { ProgressBar } from './progress-bar.ts';
import { say } from './report.ts';
import { withEngines, writer } from './with-engines.ts';

/** `kraken serve --sample`: loads the sample data if it isn't loaded yet. @throws what `loadSample` throws */
export async function sampleCommand(config: Config): Promise<void> {
  const catalogue = makeCatalogue(METRICS);
  await withEngines(config, async (engines) => {
    const started = performance.now();
    const show = (metric: string): ProgressBar => new ProgressBar(metric);
    const loaded = await loadSample({
      ...writer(config, 'kraken serve --sample'),
      ...engines,
      folder: SAMPLE_FOLDER,
      catalogue,
      show,
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (loaded.length > 0) say(`The sample is loaded: ${loaded.length} metrics in ${seconds} s.`);
  });
}
