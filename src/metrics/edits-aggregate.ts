import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { editorType, pageType, project } from './dimensions.ts';
import { KEPT_EDIT, ONE, ofProjects, WITHOUT_DELETED } from './edit-family.ts';

export const editsAggregate = defineMetric({
  name: 'edits-aggregate',
  title: 'Edits of a project',
  doc: 'How many edits were made, without edits of pages that were deleted later.',
  source: 'AQS: edit-analytics',
  caveats: [WITHOUT_DELETED],
  path: '/edits/aggregate/{project}/{editor-type}/{page-type}/{granularity}/{start}/{end}',
  shape: { kind: 'series', nest: 'results' },
  home: 'warehouse',
  dimensions: [project, editorType, pageType],
  measures: { edits: count('edits', 'Revisions that were saved.') },
  grains: { daily: 'stored', monthly: 'stored' },
  range: { end: 'exclusive', months: 'whole' },
  timestamp: 'ISO',
  scope: ['project'],
  aggregate: ofProjects(sql`edits`, ONE, KEPT_EDIT),
  examples: [
    {
      project: 'de.wikipedia',
      'editor-type': 'user',
      'page-type': 'all-page-types',
      granularity: 'monthly',
      start: '20220101',
      end: '20230101',
    },
  ],
});
