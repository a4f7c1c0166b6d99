import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { rankedPage } from './dimensions.ts';
import { EDIT_TOP, PAGES, first100, ofEach } from './edit-family.ts';

export const editedPagesTopByEdits = defineMetric({
  ...EDIT_TOP,
  name: 'edited-pages-top-by-edits',
  title: 'The pages with most edits',
  doc: 'The pages of a project, ranked by edits.',
  source: 'AQS: edit-analytics',
  path: '/edited-pages/top-by-edits/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: first100(rankedPage, 'edits'),
  measures: { edits: count('edits', 'Revisions that were saved.') },
  aggregate: ofEach(PAGES, sql`edits`, sql`edits`),
});
