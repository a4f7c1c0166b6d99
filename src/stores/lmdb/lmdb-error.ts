import { EngineError } from '../../core/engine-error.ts';

/** What LMDB threw, as an error of the engine. */
export function lmdbError(what: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new EngineError('lmdb', `${what}: ${reason}`, { cause: error });
}

/** @throws EngineError for whatever the action throws */
export function inLmdb<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw lmdbError(what, error);
  }
}
