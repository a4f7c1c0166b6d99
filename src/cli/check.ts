import type { Command } from 'commander';
import { chooseSettings, type Config, type Flags, flagOf, readConfig } from '../config/config.ts';
import { storeFileOf } from '../config/engines.ts';
import type { Metric } from '../core/metric/metric.ts';
import { check } from '../inspect/check.ts';
import { shellWord } from '../core/shell-word.ts';
import type { Finding } from '../inspect/finding.ts';
import { Mending } from '../inspect/mending.ts';
import { catalogueWithDatasets } from '../setup/datasets-catalogue.ts';
import { interruption } from './interruption.ts';
import { storedMetric, UsageError } from './named-metrics.ts';
import { lookAtEngines } from './open-for-looking.ts';
import { grainOption, RANGE, type SelectionOptions } from './options.ts';
import { count, say } from './report.ts';
import { selectionOf } from './selection.ts';

export function declare(command: Command): void {
  command
    .argument('[metric...]', 'names of metrics or data sets, as in the catalogue; default: every table')
    .addOption(grainOption)
    .option('--range <range>', `only months and years that hold a part of these ${RANGE}`)
    .option('--json', 'print a JSON object for each finding, a line each', false)
    .action(async (names: string[], options: Flags & SelectionOptions & { json: boolean }) => {
      const config = readConfig(process.env, options);
      const only = await Promise.all(names.map((name) => storedMetric(name, config)));
      await checkCommand(config, only, options);
    });
}

/** `kraken check`: says what disagrees, and what mends it. The exit code is 1 if anything does. @throws what `check` throws */
async function checkCommand(
  config: Config,
  only: readonly Metric[],
  options: Flags & SelectionOptions & { json: boolean },
): Promise<void> {
  const signal = interruption();
  const selection = selectionOf({ ...options, where: {} });
  const { metrics } = await catalogueWithDatasets(config, signal);
  await lookAtEngines(config, async ({ lake, store }) => {
    if (!lake)
      throw new UsageError("the warehouse's files aren't on this machine: run kraken check where they are");
    if (store && !store.scan)
      say('This series store is not streamed: its versions are compared with the lake, its cells are not.');
    const storeFile = storeFileOf(config.series);
    const mending = new Mending({ flags: placeFlags(options), lake: lake.folder, storeFile });
    let tables = 0;
    let found = 0;
    const onTable = (): void => void tables++;
    const chosen = { metrics, ...(only.length > 0 ? { only } : {}), selection };
    for await (const finding of check({ ...chosen, lake, store, mending, signal, onTable })) {
      found++;
      process.stdout.write(options.json ? `${JSON.stringify(finding)}\n` : linesOf(finding));
    }
    const checked = `${count(tables)} ${tables === 1 ? 'table' : 'tables'} checked`;
    say(found === 0 ? `${checked}: nothing is wrong.` : `${checked}: ${count(found)} wrong.`);
    if (found > 0) process.exitCode = 1;
  });
}

function linesOf({ table, partition, what, mend }: Finding): string {
  const place = partition === null ? table : `${table} ${partition}`;
  return [`${place}: ${what}.`, ...mend.map((command) => `  ${command}`), ''].join('\n');
}

/** The flags that say where the engines are, as the caller gave them, for the commands that are printed. */
function placeFlags(options: Flags): string {
  return chooseSettings(process.env, options)
    .filter(({ key, from }) => from === 'flag' && ['data', 'series', 'warehouse', 'datasets'].includes(key))
    .map(({ setting, text }) => `${flagOf(setting)} ${shellWord(text)}`)
    .join(' ');
}
