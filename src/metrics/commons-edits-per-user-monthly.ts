import { defineMetric } from '../core/metric/metric.ts';
import { count } from '../core/metric/measure.ts';
import { COMMONS_SERIES, editType, userName } from './commons-family.ts';

export const commonsEditsPerUserMonthly = defineMetric({
  ...COMMONS_SERIES,
  name: 'commons-edits-per-user-monthly',
  title: 'Edits of a Commons editor',
  doc: 'How often one person edited files of the categories that AQS tracks.',
  path: '/commons-analytics/edits-per-user-monthly/{user-name}/{edit-type}/{start}/{end}',
  dimensions: [userName, editType],
  measures: { 'edit-count': count('edits', 'Edits of the files.') },
  item: ['timestamp', 'edit-count'],
  key: { row: ['user-name'], column: ['edit-type'] },
  examples: [{ 'user-name': 'Example', 'edit-type': 'all-edit-types', start: '20231101', end: '20241101' }],
});
