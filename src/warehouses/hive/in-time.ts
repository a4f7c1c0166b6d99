import { HiveError } from './hive-error.ts';

/** Runs work that no caller's signal bounds, with a timeout. @throws EngineError after the timeout; otherwise the work's own error */
export async function inTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(ms);
  try {
    return await work(signal);
  } catch (error) {
    throw error === signal.reason ? new HiveError(`it gave no answer within ${ms / 1000} s`) : error;
  }
}
