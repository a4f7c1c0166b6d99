import { defineMetric } from '../core/metric/metric.ts';
import { distinct } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { activityLevel, editorType, oneProject, pageType } from './dimensions.ts';
import { EDIT_SERIES, PAGES, WITH_ZEROS, howMany } from './edit-family.ts';

export const editedPagesAggregate = defineMetric({
  ...EDIT_SERIES,
  name: 'edited-pages-aggregate',
  title: 'Edited pages',
  doc: 'How many pages got at least one edit in the period.',
  source: 'AQS: edit-analytics',
  path: '/edited-pages/aggregate/{project}/{editor-type}/{page-type}/{activity-level}/{granularity}/{start}/{end}',
  dimensions: [oneProject, editorType, pageType, activityLevel],
  measures: { edited_pages: distinct('pages', 'Pages with that many edits in the period.') },
  range: WITH_ZEROS,
  aggregate: howMany(PAGES, sql`edited_pages`, sql`redirect = 0`),
  examples: [
    {
      project: 'de.wikipedia',
      'editor-type': 'user',
      'page-type': 'content',
      'activity-level': 'all-activity-levels',
      granularity: 'monthly',
      start: '20210101',
      end: '20220101',
    },
  ],
});
