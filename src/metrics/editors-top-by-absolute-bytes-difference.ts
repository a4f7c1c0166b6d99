import { count, defineMetric } from '../core/metric.ts';
import { sql } from '../core/sql.ts';
import { editorType, project, pageType, rankedEditor } from './dimensions.ts';
import { EDITORS, EDIT_TOP, EDIT_TOP_LIMIT, ofEach } from './edit-family.ts';

export const editorsTopByAbsoluteBytesDifference = defineMetric({
  ...EDIT_TOP,
  name: 'editors-top-by-absolute-bytes-difference',
  title: 'The editors with most bytes changed',
  doc: 'The editors of a project, ranked by the bytes that edits added and removed.',
  source: 'AQS: editor-analytics',
  path: '/editors/top-by-absolute-bytes-difference/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    nest: 'results',
    list: 'top',
    entry: [rankedEditor],
    rankBy: 'abs_bytes_diff',
    limit: EDIT_TOP_LIMIT,
    fields: ['user_text', 'abs_bytes_diff', 'rank'],
  },
  dimensions: [project, editorType, pageType],
  measures: { abs_bytes_diff: count('bytes', 'Bytes that edits added, and those that they removed.') },
  key: { row: ['project'], column: ['editor-type', 'page-type'] },
  aggregate: ofEach(EDITORS, sql`abs_bytes_diff`, sql`absolute_bytes`),
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
