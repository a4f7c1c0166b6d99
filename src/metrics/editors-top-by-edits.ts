import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { rankedEditor } from './dimensions.ts';
import { EDITORS, EDIT_TOP, first100, ofEach } from './edit-family.ts';

export const editorsTopByEdits = defineMetric({
  ...EDIT_TOP,
  name: 'editors-top-by-edits',
  title: 'The editors with most edits',
  doc: 'The editors of a project, ranked by edits.',
  source: 'AQS: editor-analytics',
  path: '/editors/top-by-edits/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: first100(rankedEditor, 'edits'),
  measures: { edits: count('edits', 'Revisions that were saved.') },
  aggregate: ofEach(EDITORS, sql`edits`, sql`edits`),
});
