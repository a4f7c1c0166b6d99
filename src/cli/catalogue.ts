import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config/config.ts';
import { COLLECTED_EDITS, EDIT_EVENTS, EDIT_STREAM, EVENTS_GRAIN } from '../core/metric/edit-events.ts';
import { tableOf } from '../core/metric/metric-table.ts';
import { catalogueWithDatasets } from '../setup/datasets-catalogue.ts';
import { openWarehouse } from '../config/engines.ts';
import { lakeFolderOf, whyNoLake } from '../config/lake-folder.ts';
import type { TableState } from '../core/time/table-state.ts';
import { storedGrains } from '../load/periods.ts';
import { interruption } from './interruption.ts';
import { loadedLines } from './loaded-lines.ts';
import { NO_FOLDER } from './dataset-remedy.ts';
import { EVENTS } from './options.ts';
import { say } from './report.ts';

export function declare(command: Command): void {
  command.action(async (options: Flags) => catalogueCommand(readConfig(process.env, options)));
}

/**
 * `kraken catalogue`: prints every metric with its path and its loaded data. It also prints the events that
 * some metrics are made from. @throws EngineError
 */
async function catalogueCommand(config: Config): Promise<void> {
  const signal = interruption();
  const tables = await statesOf(config, signal);
  const print = (name: string, lines: readonly string[]): boolean =>
    process.stdout.write([name, ...lines.map((line) => `  ${line}`), ''].join('\n'));
  const { metrics } = await catalogueWithDatasets(config, signal);
  for (const metric of metrics) {
    const home = metric.home === 'series' ? 'series store' : metric.home;
    const loaded = loadedLines(tables.get(tableOf(metric).name), storedGrains(metric), metric.scope);
    print(metric.name, [`${metric.title}; read from the ${home}.`, `/metrics${metric.path}`, ...loaded]);
  }
  const eventsIn = (name: string) => loadedLines(tables.get(name), [EVENTS_GRAIN], ['project', 'entity']);
  if (tables.has(COLLECTED_EDITS.name))
    print(EDIT_STREAM, [
      `Not a metric: edits that wikis reported, for kraken aggregate, table ${COLLECTED_EDITS.name}.`,
      ...eventsIn(COLLECTED_EDITS.name),
    ]);
  const events = eventsIn(EDIT_EVENTS.name);
  print(EVENTS, [`Not a metric: events for kraken aggregate, table ${EDIT_EVENTS.name}.`, ...events]);
  if (config.datasets === 'none') say(`kraken: data sets are not listed: ${NO_FOLDER}`);
}

/** Returns the states of the loaded tables. If there are none, prints to standard error where it looked. @throws EngineError */
async function statesOf(config: Config, signal: AbortSignal): Promise<ReadonlyMap<string, TableState>> {
  const why = whyNoLake(config);
  if (why !== undefined) {
    say(`kraken: ${why}`);
    return new Map<string, TableState>();
  }
  const warehouse = await openWarehouse(config.warehouse);
  try {
    const { tables } = await warehouse.states(signal);
    const folder = lakeFolderOf(config);
    if (tables.size === 0 && folder !== undefined) say(`kraken: nothing is loaded in ${folder}`);
    return tables;
  } finally {
    await warehouse.close();
  }
}
