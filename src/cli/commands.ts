import { Command, Option } from 'commander';
import { type Config, flagOf, readConfig, SETTINGS } from '../config/config.ts';
import type { Setting } from '../config/setting.ts';
import { checkPlaces } from './check-places.ts';

/** A command of `kraken`. Its file is loaded only when it is named: `kraken config` needn't load an engine. */
export interface Listed {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** Gives it its arguments, its options and what it does. */
  readonly declare: (command: Command) => Promise<void>;
}

const ALL = Object.keys(SETTINGS) as readonly (keyof Config)[];
/** The command that lists the settings uses none of them. */
const LISTED: readonly (keyof Config)[] = [...ALL];
const READING: readonly (keyof Config)[] = ['data', 'warehouse', 'logLevel'];
const WRITING: readonly (keyof Config)[] = [...READING, 'series', 'leaseWaitMs'];

/** Every command: a file of this folder, and an entry here. */
export const COMMANDS: readonly Listed[] = [
  {
    name: 'serve',
    summary: 'serve the API until SIGTERM',
    declare: withSettings(ALL, () => import('./serve.ts')),
  },
  {
    name: 'import',
    summary: 'load files into a metric: JSON answers, NDJSON or CSV; plain, gzip or bzip2',
    declare: withSettings(WRITING, () => import('./import.ts')),
  },
  {
    name: 'load',
    summary: 'bring collected events from the event log into the lake: each once, by hour',
    declare: withSettings([...READING, 'eventLog', 'streams', 'leaseWaitMs'], () => import('./load.ts')),
  },
  {
    name: 'aggregate',
    summary:
      'make metrics of the events that import mediawiki-history loaded: the months whose events changed',
    declare: withSettings(WRITING, () => import('./aggregate.ts')),
  },
  {
    name: 'publish',
    summary: 'bring the series store up to the warehouse; what was published before stays when it is stopped',
    declare: withSettings(WRITING, () => import('./publish.ts')),
  },
  {
    name: 'adopt',
    summary: 'have Hive serve the lake that lies in the folder lake= of the warehouse: print the statements',
    declare: withSettings(['warehouse'], () => import('./adopt.ts')),
  },
  {
    name: 'export',
    summary: 'write the rows of a metric to standard output, as import reads them',
    declare: withSettings([...READING, 'datasets'], () => import('./export.ts')),
  },
  {
    name: 'retract',
    summary: 'remove rows of a metric for good',
    declare: withSettings([...WRITING, 'datasets'], () => import('./retract.ts')),
  },
  {
    name: 'query',
    summary: 'answer a question in the one language over every metric (docs/query.md)',
    declare: withSettings(
      [...READING, 'series', 'datasets', 'points', 'readDeadlineMs', 'queryDeadlineMs'],
      () => import('./query.ts'),
    ),
  },
  {
    name: 'catalogue',
    summary: 'list the metrics, and what is loaded of each',
    declare: withSettings([...READING, 'datasets'], () => import('./catalogue.ts')),
  },
  {
    name: 'datasets',
    summary: 'check folders of data sets, graphs and dashboards: what each file becomes, and each mistake',
    declare: withSettings([...READING, 'points'], () => import('./datasets.ts')),
  },
  {
    name: 'views',
    summary: 'print views of the tables as SQL of DuckDB, for analysts; they work from any folder',
    declare: withSettings(READING, () => import('./views.ts')),
  },
  {
    name: 'config',
    summary: 'list the settings with their values, and where those come from',
    declare: withSettings(LISTED, () => import('./config.ts')),
  },
  {
    name: 'contract',
    summary: 'print the public contracts, openapi/ and schema/, into the checkout',
    declare: async (command) => (await import('./contract.ts')).declare(command),
  },
];

/**
 * A command that takes every setting as a flag, too: one wrapper may set them for all. Its help lists
 * those that it uses.
 */
function withSettings(
  uses: readonly (keyof Config)[],
  load: () => Promise<{ declare: (command: Command) => void }>,
): Listed['declare'] {
  return async (command) => {
    const settings = settingOptions(uses);
    // All commands but this one open engines.
    // Who may have to wait for a lease writes, and makes the folders that aren't there.
    if (uses !== LISTED) await checkBefore(settings, uses, uses.includes('leaseWaitMs'));
    (await load()).declare(command);
    for (const option of settings) command.addOption(option);
    if (uses.length < ALL.length)
      command.addHelpText(
        'after',
        '\nThe settings of the server are taken as well: kraken config lists all.',
      );
  };
}

/** Every setting as a flag; those that aren't used stand in no help. */
function settingOptions(uses: readonly (keyof Config)[]): Option[] {
  const settings = Object.entries(SETTINGS) as [keyof Config, Setting<unknown>][];
  return settings.map(([key, setting]) => {
    const help = `${setting.help} (${setting.name})`;
    const option = new Option(`${flagOf(setting)} <value>`, help).helpGroup('Settings:');
    return uses.includes(key) ? option : option.hideHelp();
  });
}

/** What is set wrongly is said before what a command needs is loaded. @throws ConfigError */
async function checkBefore(
  settings: readonly Option[],
  uses: readonly (keyof Config)[],
  makes: boolean,
): Promise<void> {
  const asked = process.argv.slice(2);
  if (asked.some((argument) => ['help', '-h', '--help'].includes(argument))) return;
  const early = new Command();
  for (const option of settings) early.addOption(option);
  early.parseOptions(asked);
  await checkPlaces(readConfig(process.env, early.opts()), uses, makes);
}
