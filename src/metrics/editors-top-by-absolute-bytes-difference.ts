import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { rankedEditor } from './dimensions.ts';
import { EDITORS, EDIT_TOP, first100, ofEach } from './edit-family.ts';

export const editorsTopByAbsoluteBytesDifference = defineMetric({
  ...EDIT_TOP,
  name: 'editors-top-by-absolute-bytes-difference',
  title: 'The editors with most bytes changed',
  doc: 'The editors of a project, ranked by the bytes that edits added plus those that they removed.',
  source: 'AQS: editor-analytics',
  path: '/editors/top-by-absolute-bytes-difference/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: first100(rankedEditor, 'abs_bytes_diff'),
  measures: { abs_bytes_diff: count('bytes', 'Bytes that edits added, plus those that they removed.') },
  aggregate: { ...ofEach(EDITORS, sql`abs_bytes_diff`, sql`absolute_bytes`), needsBytes: true },
});
