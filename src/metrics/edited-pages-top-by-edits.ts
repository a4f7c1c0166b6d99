import { count, defineMetric } from '../core/metric.ts';
import { sql } from '../core/sql.ts';
import { editorType, project, pageType, rankedPage } from './dimensions.ts';
import { EDIT_TOP, EDIT_TOP_LIMIT, PAGES, ofEach } from './edit-family.ts';

export const editedPagesTopByEdits = defineMetric({
  ...EDIT_TOP,
  name: 'edited-pages-top-by-edits',
  title: 'The pages with most edits',
  doc: 'The pages of a project, ranked by edits.',
  source: 'AQS: edit-analytics',
  path: '/edited-pages/top-by-edits/{project}/{editor-type}/{page-type}/{year}/{month}/{day}',
  shape: {
    kind: 'top',
    nest: 'results',
    list: 'top',
    entry: [rankedPage],
    rankBy: 'edits',
    limit: EDIT_TOP_LIMIT,
    fields: ['page_title', 'edits', 'rank'],
  },
  dimensions: [project, editorType, pageType],
  measures: { edits: count('edits', 'Revisions that were saved.') },
  key: { row: ['project'], column: ['editor-type', 'page-type'] },
  aggregate: ofEach(PAGES, sql`edits`, sql`edits`),
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
