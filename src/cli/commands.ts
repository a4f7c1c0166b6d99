import { type Command, Option } from 'commander';
import { flagOf, SETTINGS } from '../config.ts';
import type { Setting } from '../setting.ts';

/** A command of `kraken`. Its file is loaded only when it is named: `kraken config` needn't load an engine. */
export interface Listed {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** Gives it its arguments, its options and what it does. */
  readonly declare: (command: Command) => Promise<void>;
}

/** Every command: a file of this folder, and an entry here. */
export const COMMANDS: readonly Listed[] = [
  {
    name: 'serve',
    summary: 'serve the API until SIGTERM',
    declare: withSettings(() => import('./serve.ts')),
  },
  {
    name: 'import',
    summary: 'load files into a metric: JSON answers, NDJSON or CSV; plain, gzip or bzip2',
    declare: withSettings(() => import('./import.ts')),
  },
  {
    name: 'aggregate',
    summary:
      'make metrics of the events that import mediawiki-history loaded: the months whose events changed',
    declare: withSettings(() => import('./aggregate.ts')),
  },
  {
    name: 'publish',
    summary: 'bring the series store up to the warehouse; what was published before stays when it is stopped',
    declare: withSettings(() => import('./publish.ts')),
  },
  {
    name: 'adopt',
    summary: 'have Hive serve the lake that lies in the folder lake= of the warehouse: print the statements',
    declare: withSettings(() => import('./adopt.ts')),
  },
  {
    name: 'export',
    summary: 'write the rows of a metric to standard output, as import reads them',
    declare: withSettings(() => import('./export.ts')),
  },
  {
    name: 'retract',
    summary: 'remove rows of a metric for good',
    declare: withSettings(() => import('./retract.ts')),
  },
  {
    name: 'query',
    summary: 'answer a question in the one language over every metric (docs/query.md)',
    declare: withSettings(() => import('./query.ts')),
  },
  {
    name: 'catalogue',
    summary: 'list the metrics, and what is loaded of each',
    declare: withSettings(() => import('./catalogue.ts')),
  },
  {
    name: 'datasets',
    summary: 'check folders of data sets, graphs and dashboards: what each file becomes, and each mistake',
    declare: withSettings(() => import('./datasets.ts')),
  },
  {
    name: 'views',
    summary: 'print views of the tables as SQL of DuckDB, for analysts; they work from any folder',
    declare: withSettings(() => import('./views.ts')),
  },
  {
    name: 'config',
    summary: 'list the settings with their values, and where those come from',
    declare: withSettings(() => import('./config.ts')),
  },
  {
    name: 'contract',
    summary: 'print the public contracts, openapi/ and schema/, into the checkout',
    declare: async (command) => (await import('./contract.ts')).declare(command),
  },
];

/** A command that takes every setting as a flag, too. */
function withSettings(load: () => Promise<{ declare: (command: Command) => void }>): Listed['declare'] {
  return async (command) => {
    (await load()).declare(command);
    const settings: readonly Setting<unknown>[] = Object.values(SETTINGS);
    for (const setting of settings) {
      const help = `${setting.help} (${setting.name})`;
      command.addOption(new Option(`${flagOf(setting)} <value>`, help).helpGroup('Settings:'));
    }
  };
}
