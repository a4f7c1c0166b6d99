import { once } from 'node:events';
import type { Config } from '../config/config.ts';
import { parseDateRange } from '../load/selection.ts';
import { hourOf } from '../raw/hours.ts';
import { rawLines } from '../raw/duckdb/raw-lines.ts';
import { streamFolders } from '../setup/stream-folders.ts';
import { readStreams } from '../streams/folder.ts';
import { interruption } from './interruption.ts';
import { lakeOfEvents } from './lake-of-events.ts';
import { UsageError } from './named-metrics.ts';
import { say } from './report.ts';

export interface StreamExport {
  readonly range?: string;
  readonly format: 'ndjson' | 'csv';
  readonly isSelected: boolean;
}

/** Returns the names of the streams, both built-in and declared. */
export async function streamNames(config: Config): Promise<string[]> {
  const { streams } = await readStreams(streamFolders(config));
  return [...streams.keys()];
}

/**
 * `kraken export STREAM`: writes the rows of a stream's raw table to standard output, as NDJSON.
 * @throws UsageError, SelectionError, EngineError
 */
export async function exportStream(
  stream: string,
  config: Config,
  { range, format, isSelected }: StreamExport,
): Promise<void> {
  const lake = lakeOfEvents(config);
  if (format !== 'ndjson' || isSelected)
    throw new UsageError(
      `${stream} is a stream: its rows are written as NDJSON, and --range alone selects some`,
    );
  const dates = range === undefined ? undefined : parseDateRange(range);
  const hours = dates && { first: hourOf(dates.from), last: hourOf(dates.until - 1) };
  const signal = interruption();
  let rows = 0;
  for await (const line of rawLines({ lake, stream, ...(hours && { hours }) }, signal)) {
    rows++;
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain', { signal });
  }
  if (rows === 0)
    say(`No rows of the stream ${stream} are loaded${range === undefined ? '' : ' in this range'}.`);
}
