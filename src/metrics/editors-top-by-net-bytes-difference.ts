import { defineMetric } from '../core/metric/metric.ts';
import { difference } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { rankedEditor } from './dimensions.ts';
import { EDITORS, EDIT_TOP, first100, ofEach } from './edit-family.ts';

export const editorsTopByNetBytesDifference = defineMetric({
  ...EDIT_TOP,
  name: 'editors-top-by-net-bytes-difference',
  title: 'The editors with most bytes added',
  doc: 'The editors of a project, ranked by the bytes that edits added minus those that they removed.',
  source: 'AQS: editor-analytics',
  path: '/editors/top-by-net-bytes-difference/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: first100(rankedEditor, 'net_bytes_diff'),
  measures: { net_bytes_diff: difference('bytes', 'Bytes that edits added, minus those that they removed.') },
  aggregate: { ...ofEach(EDITORS, sql`net_bytes_diff`, sql`net_bytes`), needsBytes: true },
});
