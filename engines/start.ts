import { join } from 'node:path';
import type { OnProgress } from './class-path.ts';
import { startHbase, type RunningHbase } from './hbase.ts';
import { startHive, type RunningHive } from './hive.ts';
import { startKafka, type RunningKafka } from './kafka.ts';

export const ENGINES = ['hbase', 'hive', 'kafka'] as const;
export type Engine = (typeof ENGINES)[number];

export interface EnginesOptions {
  /** Their state: a folder for each, in this one. */
  readonly folder: string;
  readonly which: readonly Engine[];
  /** The lake that Hive’s address names. */
  readonly lake?: string;
  readonly onProgress?: OnProgress;
}

export interface RunningEngines {
  readonly hbase: RunningHbase | undefined;
  readonly hive: RunningHive | undefined;
  readonly kafka: RunningKafka | undefined;
  stop(): Promise<void>;
}

/**
 * Starts engines at the same time and waits until all answer.
 * @throws as the first that doesn't start; the others are stopped then
 */
export async function startEngines(options: EnginesOptions): Promise<RunningEngines> {
  const { folder, which, ...others } = options;
  const starting = [
    which.includes('hbase') ? startHbase({ ...others, folder: join(folder, 'hbase') }) : undefined,
    which.includes('hive') ? startHive({ ...others, folder: join(folder, 'hive') }) : undefined,
    which.includes('kafka') ? startKafka({ ...others, folder: join(folder, 'kafka') }) : undefined,
  ] as const;
  const stop = async (): Promise<void> => {
    const started = await Promise.allSettled(starting);
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value?.stop() : undefined)));
  };
  try {
    const [hbase, hive, kafka] = await Promise.all(starting);
    return { hbase, hive, kafka, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
