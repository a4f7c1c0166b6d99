import { count, defineMetric } from '../core/metric.ts';
import { sql } from '../core/sql.ts';
import { editorType, project, pageType, rankedPage } from './dimensions.ts';
import { EDIT_TOP, EDIT_TOP_LIMIT, PAGES, ofEach } from './edit-family.ts';

export const editedPagesTopByAbsoluteBytesDifference = defineMetric({
  ...EDIT_TOP,
  name: 'edited-pages-top-by-absolute-bytes-difference',
  title: 'The pages with most bytes changed',
  doc: 'The pages of a project, ranked by the bytes that edits added and removed.',
  source: 'AQS: edit-analytics',
  path: '/edited-pages/top-by-absolute-bytes-difference/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    nest: 'results',
    list: 'top',
    entry: [rankedPage],
    rankBy: 'abs_bytes_diff',
    limit: EDIT_TOP_LIMIT,
    fields: ['page_title', 'abs_bytes_diff', 'rank'],
  },
  dimensions: [project, editorType, pageType],
  measures: { abs_bytes_diff: count('bytes', 'Bytes that edits added, and those that they removed.') },
  key: { row: ['project'], column: ['editor-type', 'page-type'] },
  aggregate: ofEach(PAGES, sql`abs_bytes_diff`, sql`absolute_bytes`),
  examples: [
    {
      project: 'de.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      year: '2021',
      month: '01',
      day: 'all-days',
    },
  ],
});
