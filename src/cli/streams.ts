import { Option, type Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { openEventLogReader } from '../config/engines.ts';
import { openRawReader } from '../raw/open-loader.ts';
import { type StreamDetails, streamStatuses } from '../raw/stream-status.ts';
import { aligned, widthsOf } from '../formats/aligned.ts';
import { readStreams } from '../streams/folder.ts';
import { REJECTS } from '../streams/rejects.ts';
import { hourOf } from '../raw/hours.ts';
import { interruption } from './interruption.ts';
import { streamFolders } from '../setup/stream-folders.ts';
import { lakeOfEvents } from './lake-of-events.ts';
import { count, say } from './report.ts';

/** How many refused events `--rejects` shows, of how many hours back. */
const MAX_REJECTS = 20;
const REJECTS_HOURS = 24;

export function declare(command: Command): void {
  command
    .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'))
    .option('--rejects', 'the newest events, lines and records that were refused, with their reasons', false)
    .action(async (options: Flags & { format: 'table' | 'json'; rejects: boolean }) => {
      await streamsCommand(readConfig(process.env, options), options);
    });
}

/** `kraken streams`: what was collected of each stream, and what of it is in the lake. @throws UsageError, EngineError */
async function streamsCommand(
  config: Config,
  { format, rejects }: { format: 'table' | 'json'; rejects: boolean },
): Promise<void> {
  const lake = lakeOfEvents(config);
  const { streams, mistakes } = await readStreams(streamFolders(config));
  for (const { file, line, message } of mistakes) say(`${file}:${line}: ${message}`);
  const log = await openEventLogReader(config.eventLog);
  try {
    const names = [...streams.keys()].sort();
    const readerOf = (stream: string) => openRawReader(lake, stream);
    const details = await streamStatuses(names, log, readerOf, Date.now());
    const text =
      format === 'json' ? json(details) : rejects ? await rejectsText(details, lake) : table(details);
    process.stdout.write(text);
  } finally {
    await log.close();
  }
}

function json(details: readonly StreamDetails[]): string {
  return `${JSON.stringify(
    details.map(({ status }) => status),
    undefined,
    2,
  )}\n`;
}

function table(details: readonly StreamDetails[]): string {
  const head = ['stream', 'accepted', 'loaded', 'rejected', 'duplicates', 'lag', 'newest hour'];
  const rows = details.map(({ status }) => [
    status.stream,
    count(status.accepted),
    count(status.loaded),
    count(status.rejected),
    count(status.duplicates),
    status.lagSeconds === 0 ? '-' : `${count(Math.ceil(status.lagSeconds))} s`,
    status.newestHour ?? '-',
  ]);
  const rules = widthsOf([head, ...rows]).map((width) => '-'.repeat(width));
  const isText = (column: number): boolean => column === 0 || column === head.length - 1;
  return `${aligned([head, rules, ...rows], isText).join('\n')}\n`;
}

/** The newest refused events and lines, then the records that could not become rows. */
async function rejectsText(details: readonly StreamDetails[], lake: string): Promise<string> {
  const { rawLines } = await import('../raw/duckdb/raw-lines.ts');
  const hour = hourOf(Date.now());
  const newest: string[] = [];
  const selection = { lake, stream: REJECTS.name, hours: { first: hour - REJECTS_HOURS, last: hour } };
  for await (const text of rawLines(selection, interruption())) {
    newest.push(text);
    if (newest.length > MAX_REJECTS) newest.shift();
  }
  const refused = newest.map((text) => {
    const { meta, stream, reason, source } = JSON.parse(text) as Refused;
    return `${meta.dt} ${stream ?? 'no stream'}${source === null ? '' : ` (${source})`}: ${reason}`;
  });
  const lines = details.flatMap(({ status, examples }) =>
    examples.map(
      ({ partition, position, reason }) => `${status.stream}/${partition} position ${position}: ${reason}`,
    ),
  );
  const all = [...refused, ...lines];
  if (all.length === 0) return 'Nothing was rejected in the last day.\n';
  return `${all.join('\n')}\n${refused.length > 0 ? 'kraken export rejects writes them with what was sent.\n' : ''}`;
}

interface Refused {
  readonly meta: { readonly dt: string };
  readonly stream: string | null;
  readonly reason: string;
  readonly source: string | null;
}
