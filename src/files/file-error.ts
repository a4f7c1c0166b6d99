import { EngineError, LeaseHeldError } from '../core/engine-error.ts';

/** Gives what the file system throws, which are plain errors, its type. */
export async function onFiles<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EngineError || cause instanceof LeaseHeldError) throw cause;
    throw new EngineError('files', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Whether an error is the system's, of one of these codes: `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
