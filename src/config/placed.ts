import { PlaceError } from '../files/place-error.ts';
import { ConfigError } from './setting.ts';

/**
 * Opens what lies at a path that was set.
 * @param flags the settings that choose another place: `--data or --series`
 * @throws ConfigError where the path can't hold it; what `open` throws
 */
export async function orConfigError<Opened>(
  flags: string,
  open: () => Opened | Promise<Opened>,
): Promise<Opened> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof PlaceError)) throw error;
    throw new ConfigError(`${error.message}; ${flags} chooses another place.`, { cause: error });
  }
}
