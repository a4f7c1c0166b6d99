import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { ROOT } from './folders.ts';
import { toldToEnd } from './signals.ts';
import { ENGINES, startEngines, type Engine, type RunningEngines } from './start.ts';
import { StartError } from './start-error.ts';
import { MissingToolsError } from './tools.ts';

// npm run engines: HBase, Hive and Kafka on this host, until Ctrl-C.

const LOOK_EVERY_MS = 1_000;

interface Options {
  readonly only?: Engine;
  readonly folder: string;
  readonly lake?: string;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

await new Command('engines')
  .description('Starts HBase, Hive and Kafka on the loopback address and prints the settings to use them by.')
  .addOption(new Option('--only <engine>', 'start this one alone').choices(ENGINES))
  .option('--folder <folder>', 'their state, kept between runs', join(ROOT, 'data', 'engines', 'state'))
  .option('--lake <folder>', 'the folder of Hive’s tables that Kraken writes; lake in --folder unless given')
  .action(run)
  .parseAsync();

async function run(options: Options): Promise<void> {
  const folder = resolve(options.folder);
  const lake = resolve(options.lake ?? join(folder, 'lake'));
  await mkdir(lake, { recursive: true });
  const which = options.only === undefined ? ENGINES : [options.only];
  // While they start there is nothing to end in order: they die with this process.
  const engines = await startEngines({ folder, which, lake, onProgress: say }).catch(refuse);
  if (!engines) return;
  const { hbase, hive, kafka } = engines;
  if (hbase) process.stdout.write(`KRAKEN_SERIES=${hbase.address}\n`);
  if (hive) process.stdout.write(`KRAKEN_WAREHOUSE=${hive.address}\n`);
  if (kafka) process.stdout.write(`KRAKEN_EVENT_LOG=${kafka.address}\n`);
  say('Ctrl-C stops them');
  const ended = await Promise.race([toldToEnd(), oneEnds(engines)]);
  if (ended !== undefined) {
    say(`${ended} has ended by itself; its log is in ${folder}`);
    process.exitCode = 1;
  }
  say('They stop');
  await engines.stop();
  process.exit();
}

function refuse(error: unknown): undefined {
  if (!(error instanceof StartError || error instanceof MissingToolsError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

/** The name of the first part of an engine that runs no more. */
async function oneEnds({ hbase, hive, kafka }: RunningEngines): Promise<string> {
  const parts = [hbase?.master, hbase?.thrift, hive?.server, kafka?.broker].filter(
    (part) => part !== undefined,
  );
  for (;;) {
    const ended = parts.find((part) => !part.running);
    if (ended) return ended.name;
    await sleep(LOOK_EVERY_MS);
  }
}
