import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { editorType, project, pageTitle } from './dimensions.ts';
import { EDIT_SERIES, ONE_YEAR, ofPages, WITHOUT_DELETED } from './edit-family.ts';

export const editsPerPage = defineMetric({
  ...EDIT_SERIES,
  name: 'edits-per-page',
  title: 'Edits of a page',
  doc: 'How many edits were made to one page.',
  source: 'AQS: edit-analytics',
  caveats: [WITHOUT_DELETED],
  path: '/edits/per-page/{project}/{page-title}/{editor-type}/{granularity}/{start}/{end}',
  dimensions: [project, pageTitle, editorType],
  measures: { edits: count('edits', 'Revisions that were saved.') },
  range: ONE_YEAR,
  item: ['project', 'editor-type', 'page-title', 'granularity', 'timestamp', 'edits'],
  aggregate: ofPages(sql`edits`, sql`kept_edits`, sql`kept_edits > 0`),
  examples: [
    {
      project: 'de.wikipedia',
      'page-title': 'Berlin',
      'editor-type': 'all-editor-types',
      granularity: 'monthly',
      start: '20210101',
      end: '20220101',
    },
  ],
});
