import { defineMetric } from '../core/metric/metric.ts';
import { difference } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { editorType, project, pageTitle } from './dimensions.ts';
import { EDIT_SERIES, ONE_YEAR, ofPages, WITH_DELETED } from './edit-family.ts';

export const bytesDifferenceNetPerPage = defineMetric({
  ...EDIT_SERIES,
  name: 'bytes-difference-net-per-page',
  title: 'Net bytes added in a page',
  doc: 'Bytes that edits added, minus those that they removed, of one page.',
  source: 'AQS: edit-analytics',
  caveats: [WITH_DELETED],
  path: '/bytes-difference/net/per-page/{project}/{page-title}/{editor-type}/{granularity}/{start}/{end}',
  dimensions: [project, pageTitle, editorType],
  measures: { net_bytes_diff: difference('bytes', 'Bytes that edits added, minus those that they removed.') },
  range: ONE_YEAR,
  item: ['project', 'editor-type', 'page-title', 'granularity', 'timestamp', 'net_bytes_diff'],
  aggregate: { ...ofPages(sql`net_bytes_diff`, sql`net_bytes`), needsBytes: true },
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
