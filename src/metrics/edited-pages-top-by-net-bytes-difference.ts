import { defineMetric, difference } from '../core/metric.ts';
import { sql } from '../core/sql.ts';
import { editorType, project, pageType, rankedPage } from './dimensions.ts';
import { EDIT_TOP, EDIT_TOP_LIMIT, PAGES, ofEach } from './edit-family.ts';

export const editedPagesTopByNetBytesDifference = defineMetric({
  ...EDIT_TOP,
  name: 'edited-pages-top-by-net-bytes-difference',
  title: 'The pages with most bytes added',
  doc: 'The pages of a project, ranked by the bytes that edits added, less those removed.',
  source: 'AQS: edit-analytics',
  path: '/edited-pages/top-by-net-bytes-difference/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    nest: 'results',
    list: 'top',
    entry: [rankedPage],
    rankBy: 'net_bytes_diff',
    limit: EDIT_TOP_LIMIT,
    fields: ['page_title', 'net_bytes_diff', 'rank'],
  },
  dimensions: [project, editorType, pageType],
  measures: { net_bytes_diff: difference('bytes', 'Bytes that edits added, less those that they removed.') },
  key: { row: ['project'], column: ['editor-type', 'page-type'] },
  aggregate: ofEach(PAGES, sql`net_bytes_diff`, sql`net_bytes`),
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
