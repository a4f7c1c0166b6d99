import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { rankedPage } from './dimensions.ts';
import { EDIT_TOP, PAGES, first100, ofEach } from './edit-family.ts';

export const editedPagesTopByAbsoluteBytesDifference = defineMetric({
  ...EDIT_TOP,
  name: 'edited-pages-top-by-absolute-bytes-difference',
  title: 'The pages with most bytes changed',
  doc: 'The pages of a project, ranked by the bytes that edits added plus those that they removed.',
  source: 'AQS: edit-analytics',
  path: '/edited-pages/top-by-absolute-bytes-difference/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: first100(rankedPage, 'abs_bytes_diff'),
  measures: { abs_bytes_diff: count('bytes', 'Bytes that edits added, plus those that they removed.') },
  aggregate: { ...ofEach(PAGES, sql`abs_bytes_diff`, sql`absolute_bytes`), needsBytes: true },
});
