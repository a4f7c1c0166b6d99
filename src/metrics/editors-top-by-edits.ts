import { count, defineMetric } from '../core/metric.ts';
import { sql } from '../core/sql.ts';
import { editorType, project, pageType, rankedEditor } from './dimensions.ts';
import { EDITORS, EDIT_TOP, EDIT_TOP_LIMIT, ofEach } from './edit-family.ts';

export const editorsTopByEdits = defineMetric({
  ...EDIT_TOP,
  name: 'editors-top-by-edits',
  title: 'The editors with most edits',
  doc: 'The editors of a project, ranked by edits.',
  source: 'AQS: editor-analytics',
  path: '/editors/top-by-edits/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    nest: 'results',
    list: 'top',
    entry: [rankedEditor],
    rankBy: 'edits',
    limit: EDIT_TOP_LIMIT,
    fields: ['user_text', 'edits', 'rank'],
  },
  dimensions: [project, editorType, pageType],
  measures: { edits: count('edits', 'Revisions that were saved.') },
  key: { row: ['project'], column: ['editor-type', 'page-type'] },
  aggregate: ofEach(EDITORS, sql`edits`, sql`edits`),
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
