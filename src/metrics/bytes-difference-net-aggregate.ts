import { defineMetric } from '../core/metric/metric.ts';
import { difference } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { editorType, pageType, project } from './dimensions.ts';
import { EDIT_SERIES, NET_BYTES, WITH_ZEROS, ofProjects, SIZED_EDIT, WITH_DELETED } from './edit-family.ts';

export const bytesDifferenceNetAggregate = defineMetric({
  ...EDIT_SERIES,
  name: 'bytes-difference-net-aggregate',
  title: 'Net bytes added in a project',
  doc: 'Bytes that edits added, minus those that they removed, of a project.',
  source: 'AQS: edit-analytics',
  caveats: [WITH_DELETED],
  path: '/bytes-difference/net/aggregate/{project}/{editor-type}/{page-type}/{granularity}/{start}/{end}',
  dimensions: [project, editorType, pageType],
  measures: { net_bytes_diff: difference('bytes', 'Bytes that edits added, minus those that they removed.') },
  range: WITH_ZEROS,
  aggregate: { ...ofProjects(sql`net_bytes_diff`, NET_BYTES, SIZED_EDIT), needsBytes: true },
  examples: [
    {
      project: 'de.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      start: '20210101',
      end: '20220101',
    },
  ],
});
