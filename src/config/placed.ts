import { PlaceError } from '../files/place-error.ts';
import { ConfigError } from './setting.ts';

/**
 * Runs `open` and turns its PlaceError into a ConfigError, because the path comes from a setting.
 * @param flags the flags that choose another path: `--data or --series`
 * @throws ConfigError if the path can't be used; what `open` throws
 */
export async function orConfigError<T>(flags: string, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof PlaceError)) throw error;
    throw new ConfigError(`${error.message}; choose another path with ${flags}.`, { cause: error });
  }
}
