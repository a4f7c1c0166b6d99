import type { Command } from 'commander';
import { join, resolve } from 'node:path';
import { schemaFor } from '../api/graphql/schema.ts';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { build } from '../datasets/build.ts';
import { RowsCheck } from '../datasets/load-rows.ts';
import { mistakeLine } from '../datasets/mistake.ts';
import { writeNewDataset } from '../datasets/sketch/new-dataset.ts';
import { METRICS } from '../metrics/index.ts';
import { nearlyYaml } from '../datasets/folder.ts';
import { emptyLines } from '../datasets/shown-line.ts';
import { datasetStreams } from '../setup/dataset-streams.ts';
import { withCheckedFiles } from '../setup/remote-files.ts';
import { withTables } from '../setup/tables.ts';
import { withWhyNone } from './why-none.ts';
import { UsageError } from './named-metrics.ts';

export function declare(command: Command): void {
  command
    .argument('[folder...]', 'folders of data sets; default: the folder of KRAKEN_DATASETS')
    .option(
      '--new <file>',
      'write the YAML of a data set from a file or an https address, with what is recognised, beside it',
    )
    .option('--name <name>', 'with --new: the name of the data set; default: the name of the file')
    .option('--licence <id>', 'with --new: the licence of the numbers, such as CC0-1.0')
    .action(async (folders: string[], options: Flags & NewFlags) => {
      const config = readConfig(process.env, options);
      if (options.new !== undefined) {
        const [folder = '.', ...others] = folders;
        const isUrl = /^https?:/i.test(options.new);
        if (others.length > 0 || (folders.length > 0 && !isUrl))
          throw new UsageError('--new takes one file, or an address and the folder for its YAML');
        process.exitCode = await newDatasetCommand(config, folder, { ...options, new: options.new });
        return;
      }
      const named = folders.length > 0 || config.datasets === 'none' ? folders : [config.datasets];
      if (named.length === 0) throw new UsageError('name a folder of data sets, or set KRAKEN_DATASETS');
      process.exitCode = await datasetsCommand(config, named, new AbortController().signal);
    });
}

interface NewFlags {
  readonly new?: string;
  readonly name?: string;
  readonly licence?: string;
}

/** `kraken datasets --new FILE` or `--new URL FOLDER`: writes the YAML of a data set, checks it, and says what comes next. */
async function newDatasetCommand(
  config: Config,
  into: string,
  flags: NewFlags & { new: string },
): Promise<number> {
  const { signal } = new AbortController();
  const { name, folder, yaml } = await withCheckedFiles(config, (remote) =>
    writeNewDataset({
      file: flags.new,
      name: flags.name,
      licence: flags.licence,
      folder: into,
      taken: new Set(METRICS.map((metric) => metric.name)),
      remote,
      signal,
    }),
  );
  process.stdout.write(`${join(folder, yaml)} is written. Read it, and correct what is wrong.\n`);
  const code = await datasetsCommand(config, [folder], signal);
  const then = code === 0 ? '' : 'When nothing is wrong, ';
  const isServed = config.datasets !== 'none' && resolve(config.datasets) === resolve(folder);
  process.stdout.write(
    isServed
      ? `${then === '' ? 'A' : `${then}a`} gateway on this folder shows it at /docs/${name}.\n`
      : `${then}kraken serve --datasets ${folder} shows it at http://127.0.0.1:${config.port}/docs/${name}.\n`,
  );
  return code;
}

/**
 * `kraken datasets`: reads folders of data sets to the last row, as a gateway would, and prints what each
 * file becomes and what is wrong. Imports nothing.
 * @returns the exit code: 1 if there are mistakes
 */
async function datasetsCommand(
  config: Config,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const check = new RowsCheck();
  const { published, mistakes, unfinished, catalogue, ...built } = await withTables(config, (openTable) =>
    withCheckedFiles(config, (remote) =>
      build({
        folders,
        builtIn: METRICS,
        openTable,
        remote,
        streams: datasetStreams(config),
        load: check.load,
        refresh: () => Promise.resolve(),
        stateOf: check.stateOf,
        check: schemaFor,
        points: config.points,
        signal,
      }),
    ),
  );
  const empty = await withWhyNone({ config, catalogue, read: check.read, signal }, (whyNone) =>
    emptyLines(built.lines, catalogue, whyNone),
  );
  const warnings = [...built.warnings, ...empty];
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const { kind, name, title, file } of published) {
    const path = kind === 'dataset' ? `/metrics${catalogue.byName.get(name)?.path}` : '';
    const place = kind === 'dataset' ? path : kind === 'dashboard' ? `/dashboards/${name}` : name;
    print(`${file}: ${WORDS[kind]} ${title}: ${place}`);
  }
  for (const mistake of mistakes) print(mistakeLine(mistake));
  for (const warning of warnings) print(mistakeLine({ ...warning, message: `warning: ${warning.message}` }));
  for (const reason of unfinished) print(reason);
  for (const folder of folders) {
    const { yaml, near } = await nearlyYaml(folder);
    const found = near.length > 0 ? `; ignored: ${near.slice(0, MAX_NEAR).join(', ')}` : '';
    if (yaml === 0 && !unfinished.some((reason) => reason.startsWith(folder)))
      print(`${folder} has no file whose name ends in .yaml or .yml${found}.`);
    else if (found !== '') print(`${folder}: only names that end in .yaml or .yml are read${found}.`);
  }
  const wrong = mistakes.length + unfinished.length;
  const counts = [`${count(published.length, 'thing')} published`, count(wrong, 'mistake')];
  if (warnings.length > 0) counts.push(count(warnings.length, 'warning'));
  print(`${counts.join(', ')}.`);
  return wrong > 0 ? 1 : 0;
}

/** The maximum number of ignored file names that are listed. */
const MAX_NEAR = 5;

const WORDS = { dataset: 'data set', graph: 'graph', dashboard: 'dashboard' } as const;

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
