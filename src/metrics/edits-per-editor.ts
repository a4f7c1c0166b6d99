import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { sql } from '../core/sql.ts';
import { project, pageType, userText } from './dimensions.ts';
import { EDIT_SERIES, ONE_YEAR, ofEditors, WITHOUT_DELETED } from './edit-family.ts';

export const editsPerEditor = defineMetric({
  ...EDIT_SERIES,
  name: 'edits-per-editor',
  title: 'Edits of an editor',
  doc: 'How many edits one editor made.',
  source: 'AQS: edit-analytics',
  caveats: [WITHOUT_DELETED],
  path: '/edits/per-editor/{project}/{user-text}/{page-type}/{granularity}/{start}/{end}',
  dimensions: [project, userText, pageType],
  measures: { edits: count('edits', 'Revisions that were saved.') },
  range: ONE_YEAR,
  item: ['project', 'page-type', 'user-text', 'granularity', 'timestamp', 'edits'],
  aggregate: ofEditors(sql`edits`, sql`kept_edits`, sql`kept_edits > 0`),
  examples: [
    {
      project: 'de.wikipedia',
      'user-text': 'Example',
      'page-type': 'all-page-types',
      granularity: 'monthly',
      start: '20210101',
      end: '20220101',
    },
  ],
});
