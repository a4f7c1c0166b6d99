#!/usr/bin/env node
import { Command, Option } from 'commander';
import { fail } from './cli-failure.ts';
import {
  type ImportOptions,
  type SelectionOptions,
  grainOption,
  RANGE,
  strayFlags,
  whereOption,
  withFlagMeant,
  wholeNumber,
} from './cli-options.ts';
import { chooseSettings, flagOf, readConfig, SETTINGS, withoutPassword, type Flags } from './config.ts';
import { metricNamed, storedMetric, UsageError } from './named-metrics.ts';
import type { QueryFlags } from './query-command.ts';
import type { Setting } from './setting.ts';
import { VERSION } from './version.ts';

// What a command needs is imported when it runs: `kraken config` needn't load an engine.

/** As in `kraken import`: events, which are no metric. */
const EVENTS = 'mediawiki-history';
const METRIC = ['<metric>', 'its name, as in the catalogue'] as const;

const program = new Command('kraken')
  .description('A public analytics data API over pre-aggregated tables.')
  .version(VERSION, '-V, --version', 'print the version')
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => write(withFlagMeant(text, program, process.argv)),
  });

const serve = program
  .command('serve')
  .description('serve the API until SIGTERM')
  .option('--sample', 'load the sample data first, where there is none yet', false)
  .action(async (options: Flags & { sample: boolean }) => {
    const config = readConfig(process.env, options);
    const main = await import('./main.ts');
    await main.serve(config, { sample: options.sample });
  });

const load = program
  .command('import')
  .description('load files into a metric: JSON answers, NDJSON or CSV; plain, gzip or bzip2')
  .argument('<metric>', `its name, as in the catalogue; or ${EVENTS}: what kraken aggregate counts`)
  .argument('<file...>', 'paths; - is standard input')
  .option('--replace <range>', `first remove what is stored of these ${RANGE}`)
  .option('--skip-bad <n>', 'leave out up to this many bad rows, and report them', wholeNumber, 0)
  .option('--complete', 'each file holds all there is: what is absent from its periods did not happen', false)
  .option('--covers <range>', `likewise, of exactly these ${RANGE}`)
  .option('--project <name>', `of ${EVENTS}: the project of the files' wiki, where its name isn't known here`)
  .action(async (name: string, files: string[], options: Flags & ImportOptions) => {
    const config = readConfig(process.env, options);
    if (name === EVENTS) {
      const { importEventsCommand } = await import('./event-commands.ts');
      await importEventsCommand(config, files, options);
      return;
    }
    const metric = await metricNamed(name, config, [EVENTS]);
    if (options.project !== undefined)
      throw new UsageError(`--project is for ${EVENTS}: rows of ${name} name their projects themselves`);
    const { importCommand } = await import('./commands.ts');
    await importCommand(config, metric, files, options);
  });

const derive = program
  .command('aggregate')
  .description(`make metrics of the events that import ${EVENTS} loaded: the months whose events changed`)
  .argument('[metric...]', 'their names, as in the catalogue; all that are made of events unless given')
  .option('--again', 'also the months whose events are as they were, for instance after a retraction', false)
  .action(async (names: string[], options: Flags & { again: boolean }) => {
    const config = readConfig(process.env, options);
    const { METRICS } = await import('./metrics/index.ts');
    const metrics = names.length === 0 ? METRICS : await Promise.all(names.map((name) => metricNamed(name)));
    const foreign = names.find((name) => !metrics.find((metric) => metric.name === name)?.aggregate);
    if (foreign !== undefined) throw new UsageError(`${foreign} isn't made of events: its rows are imported`);
    const { aggregateCommand } = await import('./event-commands.ts');
    await aggregateCommand(config, metrics, options);
  });

const release = program
  .command('publish')
  .description(
    'bring the series store up to the warehouse; what was published before stays when it is stopped',
  )
  .argument('[metric...]', 'their names, as in the catalogue; all unless given')
  .addOption(grainOption)
  .option('--range <range>', RANGE)
  .option('--again', 'also what the store has already, for instance after damage', false)
  .action(async (names: string[], options: Flags & SelectionOptions & { again: boolean }) => {
    const config = readConfig(process.env, options);
    const { METRICS } = await import('./metrics/index.ts');
    const published = METRICS.filter(({ home }) => home === 'series');
    const metrics =
      names.length === 0 ? published : await Promise.all(names.map((name) => metricNamed(name)));
    const { publishCommand } = await import('./commands.ts');
    await publishCommand(config, metrics, options);
  });

const adopt = program
  .command('adopt')
  .description(
    'have Hive serve the lake that lies in the folder lake= of the warehouse: print the statements',
  )
  .option('--run', 'run them instead', false)
  .action(async (options: Flags & { run: boolean }) => {
    const config = readConfig(process.env, options);
    const { adoptCommand } = await import('./adopt-command.ts');
    await adoptCommand(config, options.run, new AbortController().signal);
  });

const unload = program
  .command('export')
  .description('write the rows of a metric to standard output, as import reads them')
  .argument(...METRIC)
  .addOption(grainOption)
  .option('--range <range>', RANGE)
  .addOption(whereOption)
  .addOption(new Option('--format <format>').choices(['ndjson', 'csv']).default('ndjson'))
  .action(async (name: string, options: Flags & SelectionOptions & { format: 'ndjson' | 'csv' }) => {
    const config = readConfig(process.env, options);
    const metric = await storedMetric(name, config);
    const { exportCommand } = await import('./commands.ts');
    await exportCommand(config, metric, options);
  });

const retract = program
  .command('retract')
  .description('remove rows of a metric for good')
  .argument(...METRIC)
  .addOption(grainOption)
  .requiredOption('--range <range>', RANGE)
  .addOption(whereOption)
  .action(async (name: string, options: Flags & SelectionOptions) => {
    const config = readConfig(process.env, options);
    const metric = await storedMetric(name, config);
    const { retractCommand } = await import('./commands.ts');
    await retractCommand(config, metric, options);
  });

const ask = program
  .command('query')
  .description('answer a question in the one language over every metric (docs/query.md)')
  .argument('<question>', "a question as JSON, or a metric's name and the options below")
  .option(
    '--where <condition>',
    'dimension=value, a|b for several; dimension!=value for others; dimension^=text for a prefix; may be repeated',
    (text: string, others: readonly string[]) => [...others, text],
    [],
  )
  .option('--by <dimensions>', 'tell rows apart by these, separated by commas')
  .option('--grain <grain>', 'a row a day, month, …; one row for the whole range unless given')
  .option('--range <range>', '2024-01..2024-03, 2024, -30d, latest; both ends included')
  .option('--measures <names>', 'these only, separated by commas')
  .option('--order <names>', 'separated by commas; -views: the highest first')
  .option('--limit <n>', 'rows of a page')
  .option('--cursor <cursor>', 'where the page begins: the cursor of the one before')
  .option('--total', 'also a row over everything')
  .option('--compare <range>', 'previous, or an earlier range of the same length')
  .option('--fill <zero|null>', 'what to make of periods without a row')
  .option('--dry-run', 'plan it, and read nothing')
  .option('--names <dimensions>', 'the names of their values beside them, separated by commas: country')
  .option('--time <iso>', 'hours as 2024-03-01T06:00:00Z, which every program reads')
  .addOption(new Option('--format <format>').choices(['table', 'json', 'csv', 'ndjson']).default('table'))
  // What is no flag may be a dimension, which the catalogue tells.
  .allowUnknownOption()
  .allowExcessArguments()
  .action(async (question: string, options: Flags & QueryFlags, command: Command) => {
    const strays = strayFlags(command.args.slice(1));
    const config = readConfig(process.env, options);
    const { queryCommand } = await import('./query-command.ts');
    await queryCommand(config, question, options, strays, new AbortController().signal);
  });

const catalogue = program
  .command('catalogue')
  .description('list the metrics, and what is loaded of each')
  .action(async (options: Flags) => {
    const config = readConfig(process.env, options);
    const { catalogueCommand } = await import('./catalogue-command.ts');
    await catalogueCommand(config);
  });

const datasets = program
  .command('datasets')
  .description('check folders of data sets, graphs and dashboards: what each file becomes, and each mistake')
  .argument('[folder...]', 'unless given, the one of KRAKEN_DATASETS')
  .action(async (folders: string[], options: Flags) => {
    const config = readConfig(process.env, options);
    const named = folders.length > 0 || config.datasets === 'none' ? folders : [config.datasets];
    if (named.length === 0) throw new UsageError('name a folder of data sets, or set KRAKEN_DATASETS');
    const { datasetsCommand } = await import('./datasets-command.ts');
    process.exitCode = await datasetsCommand(config, named, new AbortController().signal);
  });

const views = program
  .command('views')
  .description('print views of the tables as SQL of DuckDB, for analysts; they work from any folder')
  .action(async (options: Flags) => {
    const config = readConfig(process.env, options);
    const { viewsCommand } = await import('./views-command.ts');
    await viewsCommand(config);
  });

const config = program
  .command('config')
  .description('list the settings with their values, and where those come from')
  .action((options: Flags) => {
    for (const { setting, text, from } of chooseSettings(process.env, options)) {
      const origin = from === 'flag' ? flagOf(setting) : from;
      print(`${setting.name}=${withoutPassword(text)} (${origin})\n  ${setting.help}`);
      print(`  It takes ${setting.allowed}. Default: ${setting.default || 'none'}.`);
    }
  });

program
  .command('contract')
  .description('print the public contracts, openapi/ and schema/, into the checkout')
  .option('--check', 'write nothing; fail where a file is not what would be printed', false)
  .action(async (options: { check: boolean }) => {
    const { contract } = await import('./contract.ts');
    process.exitCode = await contract(options.check);
  });

for (const command of [
  serve,
  load,
  derive,
  release,
  adopt,
  unload,
  retract,
  ask,
  catalogue,
  datasets,
  views,
  config,
]) {
  const settings: readonly Setting<unknown>[] = Object.values(SETTINGS);
  for (const setting of settings) {
    const help = `${setting.help} (${setting.name})`;
    command.addOption(new Option(`${flagOf(setting)} <value>`, help).helpGroup('Settings:'));
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

// A reader that has had enough (`kraken export … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

await program.parseAsync().catch(fail);
