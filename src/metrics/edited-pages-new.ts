import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { editorType, pageType, project } from './dimensions.ts';
import { EDIT_SERIES, ONE, WITH_ZEROS, ofProjects } from './edit-family.ts';

export const editedPagesNew = defineMetric({
  ...EDIT_SERIES,
  name: 'edited-pages-new',
  title: 'New pages',
  doc: 'How many pages were created, without redirects, by the day of their first edit.',
  source: 'AQS: edit-analytics',
  path: '/edited-pages/new/{project}/{editor-type}/{page-type}/{granularity}/{start}/{end}',
  dimensions: [project, editorType, pageType],
  measures: { new_pages: count('pages', 'Pages that were created.') },
  range: WITH_ZEROS,
  aggregate: ofProjects(
    sql`new_pages`,
    ONE,
    sql`entity = 'page' AND event = 'create' AND redirect = 'false'`,
    'page',
  ),
  examples: [
    {
      project: 'de.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      granularity: 'monthly',
      start: '20210101',
      end: '20220101',
    },
  ],
});
