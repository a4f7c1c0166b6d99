import type { Config } from '../config/config.ts';

/** The folders of the streams that owners declare. */
export function streamFolders({ streams }: Pick<Config, 'streams'>): string[] {
  return streams === 'none' ? [] : [streams];
}
