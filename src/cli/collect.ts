import { Option, type Command } from 'commander';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { hostOf } from '../collect/host-of.ts';
import { Delivery, type Tally } from '../collect/logs/delivery.ts';
import { LOG_FORMATS } from '../collect/logs/formats.ts';
import type { Asked } from '../collect/logs/log-head.ts';
import { HttpSink } from '../collect/logs/http-sink.ts';
import { patienceOf, sinkInto } from '../collect/logs/open-sink.ts';
import type { LineSink } from '../collect/logs/sink.ts';
import { openEventLog } from '../config/engines.ts';
import { eventLakeOf } from '../config/lake-folder.ts';
import type { EventLog } from '../log/event-log.ts';
import { LogLockedError } from '../log/log-errors.ts';
import { startTrimming } from '../setup/start-trimming.ts';
import { streamFolders } from '../setup/stream-folders.ts';
import { LiveStreams } from '../streams/live.ts';
import { STDIN } from '../load/source.ts';
import { followSources, readSources } from './collect-sources.ts';
import { interruption } from './interruption.ts';
import { UsageError } from './named-metrics.ts';
import { count, say } from './report.ts';

interface CollectOptions {
  readonly format?: string;
  readonly site?: string;
  readonly follow: boolean;
  readonly to?: string;
}

export function declare(command: Command): void {
  command
    .argument(
      '<source...>',
      'files, plain or packed, and folders of them; - is standard input; kafka://HOST:PORT/TOPIC',
    )
    .addOption(
      new Option(
        '--format <name>',
        'how the lines are written; recognised by the first ones unless given',
      ).choices(LOG_FORMATS.map(({ name }) => name)),
    )
    .option('--site <host>', 'the site that was asked for, where lines name none')
    .option('--follow', 'stay, and collect what is written, through rotation', false)
    .option('--to <url>', 'send it to the server there, which collects: kraken serve --collect')
    .action((sources: string[], options: Flags & CollectOptions) =>
      collectCommand(readConfig(process.env, options), sources, options),
    );
}

/**
 * `kraken collect`: brings the lines of logs to the event log, and says on stderr what came of it.
 * @throws UsageError, UnreadableFileError, EventLogError
 */
async function collectCommand(
  config: Config,
  sources: readonly string[],
  options: CollectOptions,
): Promise<void> {
  const site = options.site === undefined ? undefined : hostOf(options.site);
  if (options.site !== undefined && site === undefined)
    throw new UsageError(
      `--site is ${JSON.stringify(options.site)}, but it takes a host such as example.org`,
    );
  if (options.follow && sources.includes(STDIN))
    throw new UsageError('standard input is read until it ends: leave out --follow');
  const format = LOG_FORMATS.find(({ name }) => name === options.format);
  const asked: Asked = { ...(format && { format }), ...(site !== undefined && { site }) };
  const signal = interruption();
  const log = options.to === undefined ? await openLog(config) : undefined;
  const sink = sinkOf(log, options);
  const delivery = new Delivery(sink, Date, signal, (example) => say(`rejected: ${example}`));
  const stopTrimming = log && options.follow ? await trimming(config, log) : undefined;
  try {
    const parts = { sources, asked, delivery, signal };
    if (options.follow)
      await followSources(parts, join(config.data, 'collecting'), options.to ?? config.eventLog);
    else await readSources(parts);
  } finally {
    await stopTrimming?.();
    await sink.close();
    for (const [label, tally] of delivery.tallies) say(`${label}: ${tallied(tally)}.`);
  }
}

/** @throws UsageError */
function serverAt(text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new UsageError(
    `--to is ${JSON.stringify(text)}, but it takes an address such as http://127.0.0.1:8080`,
  );
}

/** @throws UsageError */
function sinkOf(log: EventLog | undefined, { follow, to = '' }: CollectOptions): LineSink {
  const patience = patienceOf(follow);
  const onWait = (reason: string): void => say(`Waiting: ${reason}.`);
  return log ? sinkInto(log, patience, onWait) : new HttpSink(serverAt(to), patience, onWait);
}

/** Who writes the log for long trims it as well: another process loads it. */
async function trimming(config: Config, log: EventLog): Promise<(() => Promise<void>) | undefined> {
  const lake = eventLakeOf(config);
  if (lake === undefined) return undefined;
  const live = new LiveStreams(streamFolders(config), () => undefined);
  await live.start();
  const failed = (error: Error): void => say(`Trimming the log failed and is tried again: ${error.message}`);
  const stop = startTrimming({ log, lake, streams: () => live.current, failed });
  return async () => {
    await stop();
    await live.stop();
  };
}

/** @throws EventLogError that says what to do where a server has the log */
async function openLog(config: Config): Promise<EventLog> {
  try {
    return await openEventLog(config.eventLog, `kraken collect (process ${process.pid} on ${hostname()})`);
  } catch (error) {
    if (!(error instanceof LogLockedError)) throw error;
    const message = `${error.message}; have it collect them: --to http://HOST:PORT, where it serves with --collect`;
    throw new LogLockedError(message, { cause: error });
  }
}

function tallied({ lines, rejects }: Tally): string {
  const read = `${count(lines)} ${lines === 1 ? 'line' : 'lines'} collected`;
  return rejects === 0 ? read : `${read}, ${count(rejects)} of them as rejects, with the reasons`;
}
