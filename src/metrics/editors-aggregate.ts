import { defineMetric } from '../core/metric/metric.ts';
import { distinct } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { activityLevel, editorType, oneProject, pageType } from './dimensions.ts';
import { EDITORS, EDIT_SERIES, WITH_ZEROS, howMany } from './edit-family.ts';

export const editorsAggregate = defineMetric({
  ...EDIT_SERIES,
  name: 'editors-aggregate',
  title: 'Editors of a project',
  doc: 'How many people and bots made at least one edit in the period.',
  source: 'AQS: editor-analytics',
  caveats: [
    '`all-editor-types` counts bots and people without an account as well, `user` registered people only.',
  ],
  path: '/editors/aggregate/{project}/{editor-type}/{page-type}/{activity-level}/{granularity}/{start}/{end}',
  dimensions: [oneProject, editorType, pageType, activityLevel],
  measures: { editors: distinct('editors', 'Editors with that many edits in the period.') },
  range: WITH_ZEROS,
  aggregate: howMany(EDITORS, sql`editors`),
  examples: [
    {
      project: 'de.wikipedia',
      'editor-type': 'user',
      'page-type': 'all-page-types',
      'activity-level': 'all-activity-levels',
      granularity: 'monthly',
      start: '20210101',
      end: '20220101',
    },
  ],
});
