import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { project, pageType, userText } from './dimensions.ts';
import { EDIT_SERIES, ONE_YEAR, ofEditors, WITH_DELETED } from './edit-family.ts';

export const bytesDifferenceAbsolutePerEditor = defineMetric({
  ...EDIT_SERIES,
  name: 'bytes-difference-absolute-per-editor',
  title: 'Bytes changed by an editor',
  doc: 'Bytes changed by the edits of one editor.',
  source: 'AQS: edit-analytics',
  caveats: [WITH_DELETED],
  path: '/bytes-difference/absolute/per-editor/{project}/{user-text}/{page-type}/{granularity}/{start}/{end}',
  dimensions: [project, userText, pageType],
  measures: { abs_bytes_diff: count('bytes', 'Bytes that edits added, plus those that they removed.') },
  range: ONE_YEAR,
  item: ['project', 'page-type', 'user-text', 'granularity', 'timestamp', 'abs_bytes_diff'],
  aggregate: { ...ofEditors(sql`abs_bytes_diff`, sql`absolute_bytes`), needsBytes: true },
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
