import { defineMetric } from '../core/metric/metric.ts';
import { difference } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { project, pageType, userText } from './dimensions.ts';
import { EDIT_SERIES, ONE_YEAR, ofEditors, WITH_DELETED } from './edit-family.ts';

export const bytesDifferenceNetPerEditor = defineMetric({
  ...EDIT_SERIES,
  name: 'bytes-difference-net-per-editor',
  title: 'Net bytes added by an editor',
  doc: 'Bytes that edits added, minus those that they removed, of one editor.',
  source: 'AQS: edit-analytics',
  caveats: [WITH_DELETED],
  path: '/bytes-difference/net/per-editor/{project}/{user-text}/{page-type}/{granularity}/{start}/{end}',
  dimensions: [project, userText, pageType],
  measures: { net_bytes_diff: difference('bytes', 'Bytes that edits added, minus those that they removed.') },
  range: ONE_YEAR,
  item: ['project', 'page-type', 'user-text', 'granularity', 'timestamp', 'net_bytes_diff'],
  aggregate: { ...ofEditors(sql`net_bytes_diff`, sql`net_bytes`), needsBytes: true },
  examples: [
    {
      project: 'de.wikipedia',
      'user-text': 'Example',
      'page-type': 'all-page-types',
      granularity: 'monthly',
      start: '20210101',
      end: '20220101',
    },
  ],
});
