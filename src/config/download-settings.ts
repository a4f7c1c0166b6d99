import { folder, integer, type Setting } from './setting.ts';

/** The settings of files for download. */
export const DOWNLOAD_SETTINGS = {
  downloads: folder(
    'KRAKEN_DOWNLOADS',
    '{KRAKEN_DATA}/downloads',
    'The folder of the files that were made for download. They are made again when they are missing.',
  ),
  downloadsMb: integer(
    'KRAKEN_DOWNLOADS_MB',
    4096,
    { min: 1, max: 1_048_576 },
    'How much these files may take, in MiB. What was used least lately is removed first. No file can be larger.',
  ),
} as const satisfies Record<string, Setting<unknown>>;
