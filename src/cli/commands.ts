import { Command, Option } from 'commander';
import { type Config, flagOf, readConfig, SETTINGS } from '../config/config.ts';
import type { Setting } from '../config/setting.ts';
import { checkPlaces } from './check-places.ts';

/** A command of `kraken`. Its file is loaded only when the command is used: `kraken config` needs no engine. */
export interface CommandEntry {
  readonly name: string;
  /** What the command does, in one line of the help. */
  readonly summary: string;
  readonly declare: (command: Command) => Promise<void>;
}

const ALL = Object.keys(SETTINGS) as readonly (keyof Config)[];
/** The settings of `kraken config`, which lists all but uses none. `withSettings` recognises this array by identity. */
const LISTED: readonly (keyof Config)[] = [...ALL];
const READING: readonly (keyof Config)[] = ['data', 'warehouse', 'logLevel'];
const WRITING: readonly (keyof Config)[] = [...READING, 'series', 'leaseWaitMs'];

const COLLECTING: readonly (keyof Config)[] = ['data', 'eventLog', 'logLevel'];

/** Every command. A new command is a file of this folder and an entry here. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'serve the API until SIGTERM',
    declare: withSettings(ALL, () => import('./serve.ts')),
  },
  {
    name: 'import',
    summary: 'load files into a metric: JSON answers, NDJSON, CSV or Parquet; plain, gzip or bzip2',
    declare: withSettings(WRITING, () => import('./import.ts')),
  },
  {
    name: 'get',
    summary: 'list the files of public dumps that have numbers, for wget or aria2; downloads nothing',
    declare: async (command) => (await import('./get.ts')).declare(command),
  },
  {
    name: 'mirror',
    summary: 'pull numbers of a metric from an API like AQS, slowly; can be stopped and resumed',
    declare: withSettings([...WRITING, 'contact'], () => import('./mirror.ts')),
  },
  {
    name: 'collect',
    summary:
      "bring the lines of web servers' logs to the event log: files, folders, standard input; --follow stays",
    declare: withSettings(COLLECTING, () => import('./collect.ts')),
  },
  {
    name: 'define',
    summary: 'print what the definitions say of each line of a log, and which rule says it',
    declare: withSettings(['geo'], () => import('./define.ts')),
  },
  {
    name: 'load',
    summary: 'bring collected events from the event log into the lake: each once, by hour',
    declare: withSettings([...READING, 'eventLog', 'streams', 'leaseWaitMs'], () => import('./load.ts')),
  },
  {
    name: 'refine',
    summary: 'make page views of raw requests, hour by hour; can be stopped and resumed',
    declare: withSettings([...READING, 'leaseWaitMs', 'geo'], () => import('./refine.ts')),
  },
  {
    name: 'forget',
    summary: 'remove raw events that their streams keep no longer, and the keys of those days',
    declare: withSettings([...READING, 'eventLog', 'streams', 'leaseWaitMs'], () => import('./forget.ts')),
  },
  {
    name: 'streams',
    summary: 'list the streams of events: what was collected of each, and what of it is in the lake',
    declare: withSettings([...READING, 'eventLog', 'streams'], () => import('./streams.ts')),
  },
  {
    name: 'aggregate',
    summary: 'compute metrics from the events of import mediawiki-history, for the months that changed',
    declare: withSettings(WRITING, () => import('./aggregate.ts')),
  },
  {
    name: 'publish',
    summary: 'bring the series store up to date with the warehouse; can be stopped and resumed',
    declare: withSettings(WRITING, () => import('./publish.ts')),
  },
  {
    name: 'adopt',
    summary: 'print the statements by which Hive serves the lake in the folder lake= of the warehouse',
    declare: withSettings(['warehouse'], () => import('./adopt.ts')),
  },
  {
    name: 'export',
    summary: 'write the rows of a metric to standard output, in a form that import reads',
    declare: withSettings([...READING, 'datasets'], () => import('./export.ts')),
  },
  {
    name: 'retract',
    summary: 'remove rows of a metric permanently',
    declare: withSettings([...WRITING, 'datasets'], () => import('./retract.ts')),
  },
  {
    name: 'query',
    summary: 'answer a question about any metric (docs/query.md)',
    declare: withSettings(
      [...READING, 'series', 'datasets', 'points', 'readDeadlineMs', 'queryDeadlineMs'],
      () => import('./query.ts'),
    ),
  },
  {
    name: 'catalogue',
    summary: 'list the metrics and the loaded data of each',
    declare: withSettings([...READING, 'datasets'], () => import('./catalogue.ts')),
  },
  {
    name: 'datasets',
    summary:
      'check folders of data sets, graphs and dashboards, and list what each file becomes and all mistakes',
    declare: withSettings(
      [...READING, 'points', 'fetchNetworks', 'fetchMaxMb'],
      () => import('./datasets.ts'),
    ),
  },
  {
    name: 'stats',
    summary: 'tell what the engines hold: tables, series, rows, cells, bytes, the largest keys',
    declare: withSettings([...READING, 'series', 'datasets'], () => import('./stats.ts')),
  },
  {
    name: 'check',
    summary: 'look for what disagrees: files with manifests, the store with the lake, lists with series',
    declare: withSettings([...READING, 'series', 'datasets'], () => import('./check.ts')),
  },
  {
    name: 'views',
    summary: 'print DuckDB views of the tables, for analysts; they work from any folder',
    declare: withSettings(READING, () => import('./views.ts')),
  },
  {
    name: 'config',
    summary: 'list the settings with their values and the origin of each value',
    declare: withSettings(LISTED, () => import('./config.ts')),
  },
  {
    name: 'contract',
    summary: 'print the public contracts, openapi/ and schema/, into the checkout',
    declare: async (command) => (await import('./contract.ts')).declare(command),
  },
];

/**
 * Declares a command that also takes every setting as a flag, so that one wrapper script can set them for
 * all commands. The help lists only the settings that the command uses.
 */
function withSettings(
  uses: readonly (keyof Config)[],
  load: () => Promise<{ declare: (command: Command) => void }>,
): CommandEntry['declare'] {
  return async (command) => {
    const settings = settingOptions(uses);
    // All commands except `config` open engines. A command that uses leaseWaitMs writes, so it may make folders.
    if (uses !== LISTED) await checkBefore(settings, uses, uses.includes('leaseWaitMs'));
    (await load()).declare(command);
    for (const option of settings) command.addOption(option);
    if (uses.length < ALL.length)
      command.addHelpText('after', '\nAll other settings are accepted too: kraken config lists all.');
  };
}

/** Returns every setting as a flag. The help hides the settings that the command doesn't use. */
function settingOptions(uses: readonly (keyof Config)[]): Option[] {
  const settings = Object.entries(SETTINGS) as [keyof Config, Setting<unknown>][];
  return settings.map(([key, setting]) => {
    const help = `${setting.help} (${setting.name})`;
    const value = setting.isSwitch ? '[value]' : '<value>';
    const option = new Option(`${flagOf(setting)} ${value}`, help).helpGroup('Settings:');
    return uses.includes(key) ? option : option.hideHelp();
  });
}

/** Checks the settings before the command's heavy imports, so that a mistake is reported at once. @throws ConfigError */
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
