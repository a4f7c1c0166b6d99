import { defineMetric, difference } from '../core/metric.ts';
import { sql } from '../core/sql.ts';
import { editorType, project, pageType, rankedEditor } from './dimensions.ts';
import { EDITORS, EDIT_TOP, EDIT_TOP_LIMIT, ofEach } from './edit-family.ts';

export const editorsTopByNetBytesDifference = defineMetric({
  ...EDIT_TOP,
  name: 'editors-top-by-net-bytes-difference',
  title: 'The editors with most bytes added',
  doc: 'The editors of a project, ranked by the bytes that edits added, less those removed.',
  source: 'AQS: editor-analytics',
  path: '/editors/top-by-net-bytes-difference/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    nest: 'results',
    list: 'top',
    entry: [rankedEditor],
    rankBy: 'net_bytes_diff',
    limit: EDIT_TOP_LIMIT,
    fields: ['user_text', 'net_bytes_diff', 'rank'],
  },
  dimensions: [project, editorType, pageType],
  measures: { net_bytes_diff: difference('bytes', 'Bytes that edits added, less those that they removed.') },
  key: { row: ['project'], column: ['editor-type', 'page-type'] },
  aggregate: ofEach(EDITORS, sql`net_bytes_diff`, sql`net_bytes`),
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
