import { HiveError } from './hive-error.ts';

/**
 * Work that no asker's patience bounds: it is aborted after `ms`.
 * @throws EngineError where it was; else what it rejects with
 */
export async function inTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(ms);
  try {
    return await work(signal);
  } catch (error) {
    throw error === signal.reason ? new HiveError(`no answer within ${ms / 1000} s`) : error;
  }
}
