import { defineMetric } from '../core/metric/metric.ts';
import { COMMONS_TOP, EDITS, category, categoryScope, editType, firstHundred } from './commons-family.ts';

export const commonsTopEditedCategoriesMonthly = defineMetric({
  ...COMMONS_TOP,
  name: 'commons-top-edited-categories-monthly',
  title: 'Most edited categories',
  doc: 'The categories of Commons whose files were edited most.',
  path: '/commons-analytics/top-edited-categories-monthly/{category-scope}/{edit-type}/{year}/{month}',
  shape: firstHundred([category], EDITS),
  dimensions: [categoryScope, editType],
  measures: EDITS,
  key: { row: ['category-scope', 'edit-type'], column: [] },
  examples: [{ 'category-scope': 'deep', 'edit-type': 'all-edit-types', year: '2023', month: '11' }],
});
