import type { Command } from 'commander';
import { resolve } from 'node:path';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { COLLECTED_EDITS, EDIT_EVENTS } from '../core/metric/edit-events.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { Manifests } from '../warehouses/lake/manifests.ts';
import { METRICS } from '../metrics/index.ts';
import { locationOf, parseHiveAddress } from '../warehouses/hive/address.ts';
import { adopt, adoptStatements } from '../warehouses/hive/adopt.ts';
import { adoptRaw, adoptRawStatements, loadedStreams } from '../raw/hive/adopt-raw.ts';
import { openRawReader, RAW } from '../raw/open-loader.ts';
import { adoptViews, adoptViewStatements, viewHours } from '../refine/hive/adopt-views.ts';
import { openViewReader } from '../refine/view-reader.ts';
import { streamFolders } from '../setup/stream-folders.ts';
import { readStreams } from '../streams/folder.ts';
import { Sessions } from '../warehouses/hive/sessions.ts';

export function declare(command: Command): void {
  command.option('--run', 'run them at once', false).action(async (options: Flags & { run: boolean }) => {
    await adoptCommand(readConfig(process.env, options), options.run, new AbortController().signal);
  });
}

/** Thrown if the settings don't allow the command. The message is a sentence. */
export class AdoptError extends Error {}

/**
 * `kraken adopt`: makes the Hive of KRAKEN_WAREHOUSE serve the lake in the folder of its `lake=`, as the
 * embedded warehouse wrote it. Prints the statements, or runs them with `run`.
 * @throws AdoptError if the warehouse isn't Hive or names no lake; EngineError
 */
async function adoptCommand(config: Config, run: boolean, signal: AbortSignal): Promise<void> {
  const place = /^hive:(.*)$/.exec(config.warehouse)?.[1];
  if (place === undefined)
    throw new AdoptError('adopt needs Hive: set KRAKEN_WAREHOUSE to hive://HOST:PORT?lake=FOLDER.');
  const address = parseHiveAddress(place);
  if (address.lake === undefined)
    throw new AdoptError('KRAKEN_WAREHOUSE names no lake: add ?lake=FOLDER, its path on this machine.');
  const folder = resolve(address.lake);
  const { tables: manifests } = await new Manifests(folder).all();
  const { streams } = await readStreams(streamFolders(config));
  const loaded = await loadedStreams(streams.values(), (stream) => openRawReader(folder, stream));
  const views = await viewHours(openViewReader(folder));
  if (manifests.size === 0 && loaded.length === 0 && views.length === 0)
    throw new AdoptError(`there is no lake in ${folder}: the folder has no table.`);
  const adoption = {
    manifests,
    // Tables of data sets aren't adopted: every warehouse imports them from their files.
    tables: [...METRICS.map(tableOf), EDIT_EVENTS, COLLECTED_EDITS],
    location: locationOf(folder, address.location),
    database: address.database,
  };
  const ofViews = { hours: views, location: adoption.location, database: address.database };
  const raw = { streams: loaded, location: `${adoption.location}/${RAW}`, database: address.database };
  if (!run) {
    for (const statement of adoptStatements(adoption)) process.stdout.write(`${statement};\n`);
    for (const statement of [...adoptRawStatements(raw), ...adoptViewStatements(ofViews)])
      process.stdout.write(`${statement};\n`);
    return;
  }
  const sessions = new Sessions({ ...address, database: 'default' });
  try {
    await adopt(sessions, adoption, signal);
    await adoptRaw(sessions, raw, signal);
    await adoptViews(sessions, ofViews, signal);
  } finally {
    await sessions.close();
  }
  const named = adoption.tables.map(({ name }) => name).filter((name) => manifests.has(name));
  const adopted = new Set(named).size + loaded.length + (views.length > 0 ? 1 : 0);
  process.stderr.write(`${adopted} ${adopted === 1 ? 'table is' : 'tables are'} served by Hive.\n`);
}
