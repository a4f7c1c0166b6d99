import type { Config } from '../config/config.ts';

/** Units of a 2^18th of a MiB: four bytes, so that quarters of a share are whole bytes. */
const UNITS = 2 ** 18;

/**
 * Returns the settings of one of several workers: its share of the memory of caches and of what may be under way. Shares
 * of memory are rounded down, so that all together stay within the setting. Shares of counts are rounded up, so that
 * nobody is kept out altogether.
 */
export function shareOf(config: Config, workers: number): Config {
  if (workers === 1) return config;
  const memory = (mib: number): number => Math.floor((mib * UNITS) / workers) / UNITS;
  const count = (all: number): number => Math.ceil(all / workers);
  return {
    ...config,
    cellCacheMb: memory(config.cellCacheMb),
    answerCacheMb: memory(config.answerCacheMb),
    feedsMb: memory(config.feedsMb),
    maxRequests: count(config.maxRequests),
    maxRequestsPerClient: count(config.maxRequestsPerClient),
    listeners: count(config.listeners),
    listenersPerClient: count(config.listenersPerClient),
  };
}
