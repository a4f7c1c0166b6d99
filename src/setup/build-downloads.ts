import type { Config } from '../config/config.ts';
import type { Clock } from '../core/time/time.ts';
import { Downloads } from '../downloads/downloads.ts';
import { MadeFiles } from '../downloads/made-files.ts';
import type { Road } from '../read/road.ts';
import type { Warehouse } from '../warehouses/warehouse.ts';

export interface DownloadsParts {
  readonly config: Pick<Config, 'downloads' | 'downloadsMb'>;
  readonly road: Road;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
}

const MIB = 1024 * 1024;

/** Builds what makes and keeps files for download. Nothing is made yet. */
export function buildDownloads({ config, road, warehouse, clock }: DownloadsParts): Downloads {
  const files = new MadeFiles({ folder: config.downloads, maxBytes: config.downloadsMb * MIB, clock });
  return new Downloads({ road, warehouse, files });
}
