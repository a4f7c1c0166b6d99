import type { DumpFormat } from '../format.ts';
import { clickstreamMonthly } from './clickstream.ts';
import { geoeditors } from './geoeditors.ts';
import { mediacounts } from './mediacounts.ts';
import { pageviewComplete, pageviewCompleteMonthly } from './pageview-complete.ts';
import { pagecountsAllSites, pagecountsEz, pagecountsRaw, projectcounts } from './pagecounts.ts';
import { pageviewsHourly, projectviews } from './pageviews-hourly.ts';
import { uniqueDevicesPerDomain, uniqueDevicesPerProjectFamily } from './unique-devices.ts';

/** The name that stands for every format: each file's own name tells. */
export const AUTO = 'auto';

/** All formats. The first whose pattern a file's name has is its format. */
export const FORMATS: readonly DumpFormat[] = [
  pageviewComplete,
  pageviewCompleteMonthly,
  pageviewsHourly,
  projectviews,
  pagecountsRaw,
  pagecountsAllSites,
  pagecountsEz,
  projectcounts,
  uniqueDevicesPerDomain,
  uniqueDevicesPerProjectFamily,
  clickstreamMonthly,
  mediacounts,
  geoeditors,
];

/** Returns the formats with a name; undefined if there is none. */
export function formatsNamed(name: string): readonly DumpFormat[] | undefined {
  if (name === AUTO) return FORMATS;
  const formats = FORMATS.filter((format) => format.name === name);
  return formats.length === 0 ? undefined : formats;
}
