import { defineMetric } from '../core/metric/metric.ts';
import { difference } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { rankedPage } from './dimensions.ts';
import { EDIT_TOP, PAGES, first100, ofEach } from './edit-family.ts';

export const editedPagesTopByNetBytesDifference = defineMetric({
  ...EDIT_TOP,
  name: 'edited-pages-top-by-net-bytes-difference',
  title: 'The pages with most bytes added',
  doc: 'The pages of a project, ranked by the bytes that edits added minus those that they removed.',
  source: 'AQS: edit-analytics',
  path: '/edited-pages/top-by-net-bytes-difference/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: first100(rankedPage, 'net_bytes_diff'),
  measures: { net_bytes_diff: difference('bytes', 'Bytes that edits added, minus those that they removed.') },
  aggregate: { ...ofEach(PAGES, sql`net_bytes_diff`, sql`net_bytes`), needsBytes: true },
});
