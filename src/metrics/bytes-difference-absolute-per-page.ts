import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { editorType, project, pageTitle } from './dimensions.ts';
import { EDIT_SERIES, ONE_YEAR, ofPages, WITH_DELETED } from './edit-family.ts';

export const bytesDifferenceAbsolutePerPage = defineMetric({
  ...EDIT_SERIES,
  name: 'bytes-difference-absolute-per-page',
  title: 'Bytes changed in a page',
  doc: 'Bytes changed by the edits of one page.',
  source: 'AQS: edit-analytics',
  caveats: [WITH_DELETED],
  path: '/bytes-difference/absolute/per-page/{project}/{page-title}/{editor-type}/{granularity}/{start}/{end}',
  dimensions: [project, pageTitle, editorType],
  measures: { abs_bytes_diff: count('bytes', 'Bytes that edits added, plus those that they removed.') },
  range: ONE_YEAR,
  item: ['project', 'editor-type', 'page-title', 'granularity', 'timestamp', 'abs_bytes_diff'],
  aggregate: { ...ofPages(sql`abs_bytes_diff`, sql`absolute_bytes`), needsBytes: true },
  examples: [
    {
      project: 'de.wikipedia',
      'page-title': 'Berlin',
      'editor-type': 'all-editor-types',
      granularity: 'monthly',
      start: '20210101',
      end: '20220101',
    },
  ],
});
