import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import { openSeriesStore, openWarehouse } from '../config/engines.ts';
import type { SeriesStore } from '../stores/series-store.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';
import { interruption } from './interruption.ts';
import { count, say } from './report.ts';

/** Opens both engines for a command that writes, and closes them in any case. @throws EngineError; ConfigError */
export async function withEngines(
  config: Config,
  work: (engines: { warehouse: Warehouse; store: SeriesStore }) => Promise<void>,
): Promise<void> {
  const warehouse = await openWarehouse(config.warehouse, { keepDays: config.correctionsDays });
  try {
    const store = await openSeriesStore(config.series);
    try {
      await work({ warehouse, store });
    } finally {
      await store.close();
    }
  } finally {
    await warehouse.close();
  }
}

/** Returns the options of a command that takes the lease: its name for others that wait, and how long it waits itself. */
export function writer(
  config: Config,
  command: string,
): { holder: string; waitMs: number; signal: AbortSignal; onWait: (holder: string) => void } {
  return {
    holder: `${command} (process ${process.pid} on ${hostname()})`,
    waitMs: config.leaseWaitMs,
    onWait: (other) =>
      say(`Waiting up to ${count(config.leaseWaitMs / 1000)} s for another import to end: ${other}.`),
    signal: interruption(),
  };
}
