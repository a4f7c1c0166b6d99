import type { Metric } from '../core/metric.ts';
import { editsAggregate } from './edits-aggregate.ts';
import { legacyPagecountsAggregate } from './legacy-pagecounts-aggregate.ts';
import { mediarequestsAggregate } from './mediarequests-aggregate.ts';
import { mediarequestsPerFile } from './mediarequests-per-file.ts';
import { mediarequestsTop } from './mediarequests-top.ts';
import { pageviewsAggregate } from './pageviews-aggregate.ts';
import { pageviewsPerArticle } from './pageviews-per-article.ts';
import { pageviewsTopByCountry } from './pageviews-top-by-country.ts';
import { pageviewsTopPerCountry } from './pageviews-top-per-country.ts';
import { pageviewsTop } from './pageviews-top.ts';
import { uniqueDevices } from './unique-devices.ts';

/** The built-in metrics, in the order of the catalogue. A new one is a file and a line here. */
export const METRICS: readonly Metric[] = [
  pageviewsPerArticle,
  pageviewsAggregate,
  pageviewsTop,
  pageviewsTopByCountry,
  pageviewsTopPerCountry,
  uniqueDevices,
  legacyPagecountsAggregate,
  mediarequestsPerFile,
  mediarequestsAggregate,
  mediarequestsTop,
  editsAggregate,
];
