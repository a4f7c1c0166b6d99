import { EngineError } from '../../core/engine-error.ts';

/** Turns what LMDB threw into an error of the engine. */
export function lmdbError(what: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new EngineError('lmdb', `${what}: ${reason}`, { cause: error });
}

/** Runs an action of LMDB. @throws EngineError if the action throws anything */
export function inLmdb<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw lmdbError(what, error);
  }
}
