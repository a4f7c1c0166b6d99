import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { editorType, pageType, project } from './dimensions.ts';
import {
  ABSOLUTE_BYTES,
  EDIT_SERIES,
  WITH_ZEROS,
  ofProjects,
  SIZED_EDIT,
  WITH_DELETED,
} from './edit-family.ts';

export const bytesDifferenceAbsoluteAggregate = defineMetric({
  ...EDIT_SERIES,
  name: 'bytes-difference-absolute-aggregate',
  title: 'Bytes changed in a project',
  doc: 'Bytes changed by the edits of a project.',
  source: 'AQS: edit-analytics',
  caveats: [WITH_DELETED],
  path: '/bytes-difference/absolute/aggregate/{project}/{editor-type}/{page-type}/{granularity}/{start}/{end}',
  dimensions: [project, editorType, pageType],
  measures: { abs_bytes_diff: count('bytes', 'Bytes that edits added, plus those that they removed.') },
  range: WITH_ZEROS,
  aggregate: { ...ofProjects(sql`abs_bytes_diff`, ABSOLUTE_BYTES, SIZED_EDIT), needsBytes: true },
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
