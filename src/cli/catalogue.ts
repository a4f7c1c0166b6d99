import type { Command } from 'commander';
import { type Config, type Flags, readConfig } from '../config.ts';
import { hullOf } from '../core/coverage.ts';
import { coverageOf, EMPTY_STATE, type TableState } from '../core/table-state.ts';
import { tableOf } from '../core/table.ts';
import { formatDate, type Grain } from '../core/time.ts';
import { catalogueWithDatasets } from '../datasets-catalogue.ts';
import { openWarehouse } from '../engines.ts';
import { storedGrains } from '../load/periods.ts';
import { interruption } from './interruption.ts';
import { count } from './report.ts';

export function declare(command: Command): void {
  command.action(async (options: Flags) => catalogueCommand(readConfig(process.env, options)));
}

/** `kraken catalogue`: every metric with its path and what is loaded of it, on standard output. @throws EngineError */
async function catalogueCommand(config: Config): Promise<void> {
  const warehouse = await openWarehouse(config.warehouse);
  try {
    const signal = interruption();
    const { tables } = await warehouse.states(signal);
    const { metrics } = await catalogueWithDatasets(config, signal);
    for (const metric of metrics) {
      const { name, title, path, home } = metric;
      const state = tables.get(tableOf(metric).name) ?? EMPTY_STATE;
      const loaded = storedGrains(metric).map((grain) => `  ${grain}: ${coverageLine(state, grain)}\n`);
      process.stdout.write(
        `${name}\n  ${title}; read from the ${home === 'series' ? 'series store' : home}.\n  ${path}\n${loaded.join('')}`,
      );
    }
  } finally {
    await warehouse.close();
  }
}

/** From when to when there are rows of a grain, how many, and of how many scopes. */
function coverageLine(state: TableState, grain: Grain): string {
  const hull = hullOf(coverageOf(state, grain, undefined));
  if (!hull) return 'nothing is loaded';
  const partitions = [...state.partitions].filter(([name]) => name.startsWith(`${grain}/`));
  const rows = partitions.reduce((sum, [, partition]) => sum + partition.rows, 0);
  const span = `${formatDate(grain, hull.first)} to ${formatDate(grain, hull.last)}`;
  const scopes = state.coverage.get(grain)?.size ?? 0;
  return `${span}, ${count(rows)} rows of ${count(scopes)} ${scopes === 1 ? 'scope' : 'scopes'}`;
}
